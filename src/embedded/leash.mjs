// Loaded before the app (`node --import`): when whoever started it is gone, even by kill -9, the channel
// between the two closes, and the app ends as if it had been asked to.
const end = () => process.kill(process.pid, 'SIGTERM');
process.channel?.unref();
process.once('disconnect', end);
// It may have closed before this was loaded, and says so only once; without any channel this is undefined.
if (process.connected === false) end();
