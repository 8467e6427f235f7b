import { CATALOGUE } from '../../lib/support/catalogue';
import { fail, SegmentationError } from '../../lib/support/errors';
import { problemsOf } from './problems';

test('GIVEN several problems WHEN thrown THEN the message has a line for each: id, place, what is wrong, what to do', () => {
  const error = new SegmentationError([
    { code: 'MSEG1001', where: 'App/Payments/Web', message: 'port 70000 is above 65535' },
    { code: 'MSEG1007', where: 'App/Payments', message: '"Web" is declared twice.' },
  ]);

  expect(error.message.split('\n')).toEqual([
    `MSEG1001 [App/Payments/Web] port 70000 is above 65535. ${CATALOGUE.MSEG1001.remedy}`,
    `MSEG1007 [App/Payments] "Web" is declared twice. ${CATALOGUE.MSEG1007.remedy}`,
  ]);
  expect(error.codes).toEqual(['MSEG1001', 'MSEG1007']);
});

test('GIVEN line breaks and terminal codes in what users wrote WHEN thrown THEN no line is forged and no terminal is moved', () => {
  const error = new SegmentationError([{ code: 'MSEG1006', where: 'App/\u001b[2J', message: 'bad\r\nMSEG9999 [App] forged\u2028\u0085' }]);

  expect(error.message.split('\n')).toHaveLength(1);
  expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
});

test('GIVEN one problem WHEN failing THEN it is thrown with id and place', () => {
  expect(problemsOf(() => fail('MSEG1002', 'Service x', 'no such protocol'))).toEqual([
    { code: 'MSEG1002', where: 'Service x', message: 'no such protocol' },
  ]);
});
