// Loaded before the app (`node --import`): when whoever started it is gone, even by kill -9, the channel
// between the two closes, and the app ends as if it had been asked to.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
