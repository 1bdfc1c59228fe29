package org.walarchive.core.openpgp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.CAST5Engine;
import org.bouncycastle.crypto.engines.CamelliaEngine;
import org.bouncycastle.crypto.engines.TwofishEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.walarchive.core.codec.CorruptStreamException;

/** A block cipher that encrypts block by block: Java's where Java has it, else Bouncy Castle's, which is slower. */
abstract class BlockCipherMode {

    /** Returns the length of a block. */
    abstract int blockBytes();

    /** Encrypts whole blocks. */
    abstract void encrypt(byte[] input, int from, int length, byte[] output, int at);

    /** Returns the cipher of a session key (RFC 4880, section 9.2, and RFC 5581). */
    static BlockCipherMode of(SessionKey key) throws CorruptStreamException {
        return switch (key.algorithm()) {
            case 7, 8, SessionKey.AES_256 -> jca("AES", key);
            case 2 -> jca("DESede", key);
            case 4 -> jca("Blowfish", key);
            case 3 -> library(new CAST5Engine(), key);
            case 10 -> library(new TwofishEngine(), key);
            case 11, 12, 13 -> library(new CamelliaEngine(), key);
            default ->
                throw new CorruptStreamException("OpenPGP", "cipher " + key.algorithm() + " is not supported", 0, null);
        };
    }

    private static BlockCipherMode jca(String name, SessionKey key) throws CorruptStreamException {
        try {
            Cipher cipher = Cipher.getInstance(name + "/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.key(), name));
            return new BlockCipherMode() {
                @Override
                int blockBytes() {
                    return cipher.getBlockSize();
                }

                @Override
                void encrypt(byte[] input, int from, int length, byte[] output, int at) {
                    try {
                        cipher.update(input, from, length, output, at);
                    } catch (GeneralSecurityException e) {
                        throw new IllegalStateException("the output has room", e);
                    }
                }
            };
        } catch (GeneralSecurityException e) {
            throw new CorruptStreamException("OpenPGP", "the session key is none of " + name, 0, e);
        }
    }

    private static BlockCipherMode library(BlockCipher engine, SessionKey key) {
        engine.init(true, new KeyParameter(key.key()));
        return new BlockCipherMode() {
            @Override
            int blockBytes() {
                return engine.getBlockSize();
            }

            @Override
            void encrypt(byte[] input, int from, int length, byte[] output, int at) {
                for (int i = 0; i < length; i += engine.getBlockSize()) {
                    engine.processBlock(input, from + i, output, at + i);
                }
            }
        };
    }
}
