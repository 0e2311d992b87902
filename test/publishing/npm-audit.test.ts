import { expect, it } from 'vitest';
import { unexplained } from '../../scripts/npm-audit.js';

const report = JSON.stringify({
  auditReportVersion: 2,
  vulnerabilities: {
    tar: { severity: 'high', via: [{ title: 'Path traversal', url: 'https://a.example/1', range: '<7' }] },
    outer: { severity: 'high', via: ['tar'] },
  },
});

it('tells each advisory once, but for those that are explained', () => {
  expect(unexplained(report)).toEqual(['tar <7: Path traversal (high), https://a.example/1']);
  expect(unexplained(report, { 'https://a.example/1': 'not reached' })).toEqual([]);
  expect(unexplained('{"vulnerabilities":{}}')).toEqual([]);
});

it('knows no answer from a clean one', () => {
  expect(unexplained('{"message":"405 Method Not Allowed","statusCode":405}')).toBeNull();
  expect(unexplained('')).toBeNull();
});
