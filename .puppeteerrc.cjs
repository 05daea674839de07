// The browser is found or installed by src/embedded/; a download by the package itself would fail offline.
module.exports = { skipDownload: true };
