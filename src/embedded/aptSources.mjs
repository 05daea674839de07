/**
 * The mirror that the host's own apt sources name for its own release.
 * @param {readonly string[]} files contents of sources.list and of the files in sources.list.d
 * @param {string} codename of the host's release, "bookworm"
 * @returns {string | undefined} an address such as the first entry for that release gives it
 */
export function mirrorOf(files, codename) {
  return files.flatMap((text) => entries(text)).find(({ suites }) => suites.includes(codename))?.uri;
}

/** @param {string} text @returns {{ uri: string, suites: string[] }[]} */
function entries(text) {
  return /^\s*URIs\s*:/im.test(text) ? deb822(text) : oneLine(text);
}

/** @param {string} text */
function oneLine(text) {
  const found = text.matchAll(/^[ \t]*deb[ \t]+(?:\[[^\]]*\][ \t]+)?(\S+)[ \t]+(\S+)/gm);
  return [...found].map(([, uri = '', suite = '']) => ({ uri, suites: [suite] }));
}

/** @param {string} text */
function deb822(text) {
  return text
    .replace(/^#.*\n?/gm, '')
    .split(/\n\s*\n/)
    .map((stanza) => {
      const field = (/** @type {string} */ name) =>
        new RegExp(`^${name}\\s*:((?:.*)(?:\\n[ \\t]+.*)*)`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ??
        [];
      const usable = field('Types').includes('deb') && !/^Enabled\s*:\s*no/im.test(stanza);
      return { uri: field('URIs')[0] ?? '', suites: usable ? field('Suites') : [] };
    })
    .filter(({ uri }) => uri !== '');
}
