import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../../src/media/sources/private-addresses.js';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::',
    '::1',
    'fc00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '64:ff9b::808:808',
    '64:ff9b:1::808:808',
    '2002:a00:1::',
    '2002:808:808::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fec0::1',
    '192.0.2.1',
    '198.51.100.7',
    '203.0.113.9',
    '192.88.99.1',
    '255.255.255.255',
    '2001:db8::1',
    '::7f00:1',
    'fe80::1%eth0',
    'ff02::1',
    '100::1',
    'no address',
  ])('%s is', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['8.8.8.8', '172.32.0.1', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:82b::200e'])(
    '%s is not',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});
