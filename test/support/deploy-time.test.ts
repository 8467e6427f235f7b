import { isToken, withoutTokens } from '../../lib/support/deploy-time';

test.each([
  ['the bucket ${Token[TOKEN.7]} of ${TfToken[TOKEN.8]}', 'the bucket (deploy-time value) of (deploy-time value)'],
  ['${Token[Bucket.Name.123]}', '(deploy-time value)'],
  ['${Token[', '$ {Token['],
  ['${Tok${Token[TOKEN.1]}en[TOKEN.2]}', '${Tok(deploy-time value)en[TOKEN.2]}'],
  ['${aws_instance.x.id} costs $5', '${aws_instance.x.id} costs $5'],
])('GIVEN %j WHEN written for people THEN it is %j', (text, expected) => {
  expect(withoutTokens(text)).toBe(expected);
  expect(isToken(withoutTokens(text))).toBe(false);
});
