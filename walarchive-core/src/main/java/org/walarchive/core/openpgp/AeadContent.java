package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.AEADEncDataPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.bc.BcSessionKeyDataDecryptorFactory;
import org.walarchive.core.codec.CorruptStreamException;

/**
 * Decrypts packets of type 20, which gpg 2.3 and later write to keys that ask for it (LibrePGP, section 5.16). Every chunk is
 * authenticated before it is delivered, and the end as well.
 */
final class AeadContent extends InputStream {

    /** Chunks of 4 MiB: the most that an implementation must read. A chunk is held in memory. */
    private static final int LARGEST_CHUNK_CODE = 16;

    private final InputStream plain;

    private AeadContent(InputStream plain) {
        this.plain = plain;
    }

    static InputStream open(PacketReader packets, SessionKey key) throws IOException {
        byte[] header = packets.body().readNBytes(4);
        if (header.length < 4 || header[0] != 1) {
            throw packets.source().corrupt("version " + Arrays.toString(header) + " of the packet is not supported");
        }
        int mode = header[2];
        int chunkCode = header[3] & 0xff;
        if (header[1] != key.algorithm() || chunkCode > LARGEST_CHUNK_CODE) {
            throw packets.source()
                    .corrupt(
                            "cipher " + header[1] + " with chunks of 2^" + (chunkCode + 6) + " bytes is not supported");
        }
        if (mode != AEADAlgorithmTags.OCB && mode != AEADAlgorithmTags.EAX) {
            throw packets.source().corrupt("authenticated mode " + mode + " is not supported");
        }
        byte[] vector = packets.body().readNBytes(mode == AEADAlgorithmTags.OCB ? 15 : 16);
        AEADEncDataPacket packet = new AEADEncDataPacket(header[1], mode, chunkCode, vector);
        PGPSessionKey sessionKey = new PGPSessionKey(key.algorithm(), key.key());
        try {
            return new AeadContent(new BcSessionKeyDataDecryptorFactory(sessionKey)
                    .createDataDecryptor(packet, sessionKey)
                    .getInputStream(packets.body()));
        } catch (PGPException e) {
            throw packets.source().corrupt("the packet cannot be decrypted", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return plain.read(target, offset, length);
        } catch (CorruptStreamException e) {
            throw e;
        } catch (IOException e) {
            if (e.getCause() instanceof IOException source) {
                throw source;
            }
            throw new CorruptStreamException("OpenPGP", "a chunk is not authentic: " + e.getMessage(), 0, e);
        }
    }
}
