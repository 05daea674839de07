import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, typed } from '../../src/demo/acts.js';
import { longestAttachment, mostAttachments } from '../../src/http/attaching.js';
import { accountOf, demonstrationPassword } from '../../src/seed/demonstration.js';
import { aScan, scanHash } from '../fakes/memoryAttachments.js';
import { testDatabase } from '../setup/database.js';
import { aTown, refusal, type Town } from './town.js';

const database = testDatabase('Attaching');
const commune = '31135';
let town: Town;
let estimate = '';

/** A browser's session: requests as its forms send them. */
const aBrowser = async (username: string) => {
  const begun = await fetch(`${town.address}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password: demonstrationPassword }),
  });
  const { csrfToken } = (await begun.json()) as { csrfToken: string };
  const cookie = begun.headers
    .getSetCookie()
    .map((given) => given.split(';')[0])
    .join('; ');
  return {
    csrfToken,
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`${town.address}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { Cookie: cookie, Accept: 'text/html,application/json', ...init.headers },
      }),
  };
};

const formOf = (bytes: Uint8Array, name: string, fields: Readonly<Record<string, string>> = {}) => {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  return form;
};

const attachAs = async (username: string, bytes: Uint8Array, name = 'Quyết định số 12.pdf') => {
  const { ask, csrfToken } = await aBrowser(username);
  const answer = await ask(`/api/v1/cases/${estimate}/attachments`, {
    method: 'POST',
    headers: { 'X-CSRF-Token': csrfToken },
    body: formOf(bytes, name),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

beforeAll(async () => {
  town = await aTown(database);
  ({ id: estimate } = await town.start(commune, 'estimates', 'own'));
  await town.write(commune, estimate, typed(sample('DT-2025-011')));
  await town.sendOut(commune, estimate, '2025-09-25');
  await town.settle();
}, 60_000);
afterAll(() => town.close());

const leader = accountOf(commune, 'leader');
const aField = (name: string, length: number) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${'a'.repeat(length)}\r\n--x--\r\n`;

describe('a scan of a paper from outside', () => {
  it('is attached under its hash by who may enter the paper, once, and is named by the event', async () => {
    const first = await attachAs(leader, aScan);
    expect(first).toMatchObject({
      status: 201,
      body: { hash: scanHash, name: 'Quyết định số 12.pdf', mime: 'application/pdf', size: aScan.length },
    });
    expect((await attachAs(leader, aScan, 'lại.pdf')).body).toMatchObject({ name: 'Quyết định số 12.pdf' });
    const decision = {
      ...{ verdict: 'approve', amount: 1_000_000 },
      ...{ number: '12/QĐ-UBND', date: '2025-09-25', signer: 'Nguyễn Văn An' },
    };
    const enter = (file: string) =>
      town.act(commune, 'leader', estimate, 'OWN_DECISION', { ...decision, file });
    expect(await refusal(enter('0'.repeat(64)))).toMatchObject({ status: 400 });
    await enter(scanHash);
    const { view } = await town.see('SKHCN', 'officer', estimate);
    expect(view['ownDecision']).toMatchObject({ number: '12/QĐ-UBND', file: scanHash });
  });

  it('that is changed or gone past the product is named, and served to nobody', async () => {
    const verified = async () => (await town.workflow.verifyStored('canTho')).faults;
    expect(await verified()).toEqual([]);
    const rows = town.connection.db!.collection<{ _id: string }>('attachments');
    const id = `canTho/${estimate}/${scanHash}`;
    const whole = await rows.findOne({ _id: id });
    await rows.updateOne({ _id: id }, { $set: { bytes: Buffer.from('%PDF-another') } });
    const of = `attachment/${estimate}/${scanHash}`;
    expect(await verified()).toEqual([{ tenant: 'canTho', of, fault: 'damaged' }]);
    const { ask } = await aBrowser(leader);
    const headers = { Accept: 'application/json' };
    const answer = await ask(`/api/v1/cases/${estimate}/attachments/${scanHash}`, { headers });
    expect(((await answer.json()) as { code: string }).code).toBe('DAMAGED');
    await rows.deleteOne({ _id: id });
    expect(await verified()).toEqual([{ tenant: 'canTho', of, fault: 'missing' }]);
    await rows.insertOne(whole!);
    expect(await verified()).toEqual([]);
  });

  it('is read by who reads the case, and is not there for others', async () => {
    const address = `/api/v1/cases/${estimate}/attachments/${scanHash}`;
    const read = async (username: string) => (await aBrowser(username)).ask(address);
    const answer = await read(accountOf('SKHCN', 'officer'));
    expect(answer.headers.get('Content-Type')).toBe('application/pdf');
    expect(Buffer.from(await answer.arrayBuffer()).equals(aScan)).toBe(true);
    expect((await read(accountOf('SYT', 'officer'))).status).toBe(404);
  });

  it('is nobody else’s to attach', async () => {
    expect(await attachAs(accountOf('SKHCN', 'officer'), aScan)).toMatchObject({
      status: 403,
      body: { code: 'NOT_PERMITTED' },
    });
    expect(await attachAs(accountOf('SYT', 'officer'), aScan)).toMatchObject({ status: 404 });
  });

  it('is a PDF or a picture whatever its name says, and not longer than a scan is', async () => {
    const wrong = await attachAs(leader, Buffer.from('<script>alert(1)</script>'));
    expect(wrong).toMatchObject({ status: 400, body: { faults: [{ path: 'file', code: 'file.kind' }] } });
    const long = Buffer.concat([
      Buffer.from('%PDF-'),
      Buffer.alloc(longestAttachment - aScan.length - 5),
      aScan,
    ]);
    expect((await attachAs(leader, long)).status).toBe(201);
    expect(await attachAs(leader, Buffer.concat([long, aScan]))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE', limit: longestAttachment },
    });
  }, 30_000);

  it.each([
    ['a name of another kind', aScan, 'a.html', 'fileName', 'file.ending'],
    ['no ending', aScan, 'quyet-dinh', 'fileName', 'file.ending'],
    ['no end', Buffer.from('%PDF-1.4 <script>alert(1)</script>'), 'a.pdf', 'file', 'file.cut'],
    ['half a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'a.jpg', 'file', 'file.cut'],
    ['a blank in its name that nobody sees', aScan, 'quyet\u200bdinh.pdf', 'fileName', 'string.character'],
  ])('with %s is refused, told where', async (_, bytes, name, path, code) => {
    expect(await attachAs(leader, bytes, name)).toMatchObject({
      status: 400,
      body: { faults: [{ path, code }] },
    });
  });

  it.each([
    ['jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0xff, 0xd9]), 'Ảnh.JPG'],
    ['png', Buffer.from('\x89PNG\r\n\x1a\n____IEND\xaeB`\x82', 'latin1'), 'anh.png'],
  ])('may be a %s', async (mime, bytes, name) => {
    expect(await attachAs(leader, bytes, name)).toMatchObject({
      status: 201,
      body: { mime: `image/${mime}`, name },
    });
  });

  it('comes as a form with one file; anything else is refused by name', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const send = async (body: string, type: string) => {
      const answer = await ask(`/api/v1/cases/${estimate}/attachments`, {
        method: 'POST',
        headers: { 'X-CSRF-Token': csrfToken, 'Content-Type': type },
        body,
      });
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    expect(await send('{}', 'application/json')).toEqual([415, 'UNSUPPORTED_TYPE']);
    expect(await send('--x\r\nnothing', 'multipart/form-data; boundary=x')).toEqual([400, 'BAD_INPUT']);
    expect(await send('--x--\r\n', 'multipart/form-data; boundary=x')).toEqual([400, 'BAD_INPUT']);
    expect(await send('x', 'multipart/form-data')).toEqual([400, 'BAD_INPUT']);
  });

  it('is attached on the page too, and chosen there; without the page’s proof it is not taken', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const post = (proof: string) =>
      ask(`/cases/${estimate}/attachments`, {
        method: 'POST',
        body: formOf(Buffer.concat([aScan, Buffer.from('%2')]), 'Bản chụp.pdf', { _csrf: proof, _for: '' }),
      });
    expect((await post('0'.repeat(64))).status).toBe(403);
    const answer = await post(csrfToken);
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      303,
      `/cases/${estimate}?done=ATTACHED`,
    ]);
    const page = await (await ask(`/cases/${estimate}`)).text();
    expect(page).toMatch(/<option value="[0-9a-f]{64}"[^>]*>Bản chụp\.pdf/);
    expect(page).toContain('formenctype="multipart/form-data"');
    const refused = await ask(`/cases/${estimate}/attachments`, {
      method: 'POST',
      body: formOf(Buffer.from('text'), 'a.pdf', { _csrf: csrfToken }),
    });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('không phải tệp PDF, JPEG hoặc PNG');
    expect(await (await ask(`/cases/${estimate}/documents`)).text()).toContain('Bản chụp.pdf');
  });

  it('is attached with the form that needs it: what was typed there stays, and the file is chosen', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const typed = { act: 'OWN_DECISION', number: '77/QĐ-UBND', signer: 'Trần Văn Bình', file: '' };
    const post = (bytes: Buffer, name = 'Bản chụp 77.pdf') => {
      const form = new FormData();
      for (const [field, value] of Object.entries({ ...typed, _csrf: csrfToken, _for: '' }))
        form.set(field, value);
      form.set('scan', new Blob([new Uint8Array(bytes)]), name);
      return ask(`/cases/${estimate}/attachments`, { method: 'POST', body: form });
    };
    const scan = Buffer.concat([aScan, Buffer.from('%77')]);
    for (const [bytes, status] of [[Buffer.from('text'), 400] as const, [scan, 200] as const]) {
      const answer = await post(bytes);
      expect(answer.status).toBe(status);
      const page = await answer.text();
      expect(page).toMatch(/<details class="act" id="act-OWN_DECISION" open>/);
      expect(page).toContain('value="77/QĐ-UBND"');
      expect(page).toContain('value="Trần Văn Bình"');
      if (status === 200) expect(page).toMatch(/<option value="[0-9a-f]{64}" selected[^>]*>Bản chụp 77\.pdf/);
    }
    const misnamed = await (await post(scan, 'Bản chụp 77.docx')).text();
    expect(misnamed).toContain('href="#OWN_DECISION-scan"');
    expect(misnamed).toMatch(/id="OWN_DECISION-scan-error">[^<]*Bản chụp 77\.docx/);
    expect(misnamed).toMatch(/id="OWN_DECISION-scan"[^>]*aria-invalid="true"/);
  });

  it('that is too long comes back with its form: told at its field, with what was typed and what to do', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const form = new FormData();
    const typed = { number: '78/QĐ-UBND', signer: 'Trần Văn Bình', file: '' };
    for (const [field, value] of Object.entries({ ...typed, _csrf: csrfToken, _for: '' }))
      form.set(field, value);
    form.set('scan', new Blob([new Uint8Array(12_340_000)]), 'Bản chụp 78.pdf');
    // As a browser sends it: the button that was pressed comes last.
    form.set('act', 'OWN_DECISION');
    const answer = await ask(`/cases/${estimate}/attachments`, { method: 'POST', body: form });
    expect(answer.status).toBe(413);
    const page = await answer.text();
    expect(page).toMatch(/<details class="act" id="act-OWN_DECISION" open>/);
    expect(page).toContain('value="78/QĐ-UBND"');
    expect(page).toContain('href="#OWN_DECISION-scan"');
    expect(page).toMatch(/id="OWN_DECISION-scan-error">[^<]*12,4\u00a0MB, tối đa 10\u00a0MB[^<]*150–200 dpi/);
    expect(page).toMatch(/id="OWN_DECISION-scan"[^>]*aria-invalid="true"/);
  });

  it.each([
    [
      'a form',
      'application/x-www-form-urlencoded',
      () => `signer=${'a'.repeat(4_300_000)}`,
      'events/OWN_DECISION',
    ],
    [
      'a field beside a file',
      'multipart/form-data; boundary=x',
      () => aField('signer', 200_000),
      'attachments',
    ],
  ])(
    '%s that is too long to be read leads back to its page, and says how to have it again',
    async (_, type, body, to) => {
      const { ask } = await aBrowser(leader);
      const headers = { 'Content-Type': type };
      const answer = await ask(`/cases/${estimate}/${to}`, { method: 'POST', headers, body: body() });
      expect(answer.status).toBe(413);
      const page = await answer.text();
      expect(page).toContain(`class="button" href="/cases/${estimate}"`);
      expect(page).toContain('nút quay lại');
      expect(page).not.toContain('Chia nhỏ');
    },
  );

  it('has fields by plain names only: no list is made of any length', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const form = new FormData();
    for (const [field, value] of Object.entries({ _csrf: csrfToken, 'signer[99999999]': 'x' }))
      form.set(field, value);
    const post = (headers: Record<string, string>) =>
      ask(`/cases/${estimate}/attachments`, { method: 'POST', body: form, headers });
    expect((await post({})).status).toBe(400);
    // Nobody is signed in: nothing of it is kept.
    const unsigned = await post({ Cookie: '' });
    expect(unsigned.headers.get('Location')).toMatch(/^\/sign-in/);
  });

  it('that was only chosen is not sent, and its form says that attaching comes first', async () => {
    const { ask, csrfToken } = await aBrowser(leader);
    const body = new URLSearchParams({
      _csrf: csrfToken,
      _for: '',
      _key: 'request-of-a-form',
      seq: '1',
      number: '77/QĐ-UBND',
      scan: 'Bản chụp 77.pdf',
    });
    const answer = await ask(`/cases/${estimate}/events/OWN_DECISION`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('đã chọn tệp “Bản chụp 77.pdf” nhưng chưa đính kèm');
  });

  it('has company up to a limit', async () => {
    const one = (nth: number) => attachAs(leader, Buffer.concat([aScan, Buffer.from(`% ${nth}`)]));
    let last = await one(0);
    for (let nth = 1; last.status === 201 && nth <= mostAttachments; nth += 1) last = await one(nth);
    expect(last).toMatchObject({ status: 422, body: { code: 'LIMIT_EXCEEDED', limit: mostAttachments } });
    // One that is there already is no more company.
    expect((await one(1)).status).toBe(201);
  }, 60_000);
});
