package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;
import org.walarchive.core.codec.BlockStream;

/** Encryption and decryption as an archive is configured. May be shared by threads. */
public final class OpenPgp {

    private static final int HEAD_BYTES = 4;
    /** As many sets of keys are remembered: an archive has a few, but whoever writes to it can make up any number. */
    private static final int MOST_RECIPIENTS = 1000;

    private final Encryption settings;
    private final Clock clock;
    private final SessionKeys keys = this::findSessionKey;
    private final GpgProgram gpg;
    private final Set<String> readable = ConcurrentHashMap.newKeySet();
    private @Nullable Encryptor encryptor;
    private @Nullable PrivateKeys privateKeys;

    /** Reads nothing yet: most commands need one kind of key, or none. */
    public OpenPgp(Encryption settings) {
        this(settings, Clock.systemUTC());
    }

    OpenPgp(Encryption settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.gpg = new GpgProgram(settings);
    }

    /**
     * Returns what encrypts new objects. The recipients are looked for at the first call, and again when one has expired.
     *
     * @return empty if new objects are not encrypted
     * @throws ConfigurationException if a recipient cannot be encrypted to
     */
    public synchronized Optional<Encryptor> encryptor() throws ConfigurationException {
        if (settings.recipients().isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (encryptor == null
                || encryptor.expiry().map(end -> !end.isAfter(now)).orElse(false)) {
            encryptor = Encryptor.of(settings, now);
        }
        return Optional.of(encryptor);
    }

    /**
     * Makes a stream of an object's content that is decrypted if it is encrypted. When it ends, the integrity of what was
     * encrypted has been verified. It fails with {@link DecryptionException} where a key is missing, and with
     * {@link org.walarchive.core.codec.CorruptStreamException} where the object is damaged; bytes delivered before that are
     * not to be trusted. An exception of the source passes through unchanged.
     *
     * @param stored the object; closed with the returned stream
     */
    public InputStream decrypt(InputStream stored) {
        return new Detected(stored);
    }

    /**
     * Tells whether bytes begin an encrypted message and none of the formats that objects are compressed in.
     *
     * @param head the first bytes; a few are enough
     */
    public static boolean isEncrypted(byte[] head) {
        if (head.length == 0 || head[0] >= 0) {
            return false;
        }
        if (head.length >= 3 && head[0] == (byte) 0x89 && head[1] == 'L' && head[2] == 'Z') {
            return false; // lzop; as a packet it would be a signature
        }
        int octet = head[0] & 0xff;
        if (octet == 0x87) {
            return false; // WAL of PostgreSQL 9.5, not compressed; as a packet it would be a session key without an end
        }
        int tag = (octet & 0x40) != 0 ? octet & 0x3f : octet >> 2 & 0x0f;
        return switch (tag) {
            case PacketTag.PUBLIC_KEY_SESSION,
                    PacketTag.SYMMETRIC_KEY_SESSION,
                    PacketTag.ENCRYPTED,
                    PacketTag.INTEGRITY_PROTECTED,
                    PacketTag.AEAD_ENCRYPTED -> true;
            // of which there is but one; brotli streams may begin with the same byte
            case PacketTag.MARKER -> head.length >= 3 && head[1] == 3 && head[2] == 'P';
            default -> false;
        };
    }

    /**
     * Reads an encrypted object to its end, as far as that goes without a key, and returns its note.
     *
     * @return empty if it has none
     * @throws org.walarchive.core.codec.CorruptStreamException if it is cut short or is no message
     */
    public static Optional<byte[]> note(InputStream stored) throws IOException {
        Optional<byte[]> note = Optional.empty();
        PacketReader packets = new PacketReader(stored);
        int last = 0;
        while (packets.next()) {
            last = packets.tag();
            if (last == PacketTag.FIRST_PRIVATE) {
                note = Optional.of(packets.whole());
            } else {
                packets.skip();
            }
        }
        if (last != PacketTag.INTEGRITY_PROTECTED && last != PacketTag.AEAD_ENCRYPTED) {
            throw packets.source().corrupt("the message has no encrypted content at its end");
        }
        return note;
    }

    /**
     * Tells whether a message was met whose session key could be decrypted here.
     *
     * @param recipients the names of the keys that it was encrypted to: {@link DecryptionException#recipients}
     */
    public boolean hasRead(String recipients) {
        return readable.contains(recipients);
    }

    private SessionKey findSessionKey(List<byte[]> packets) throws IOException {
        SessionKey key = decryptSessionKey(packets);
        if (readable.size() < MOST_RECIPIENTS) {
            readable.add(KeyIds.recipients(packets));
        }
        return key;
    }

    private SessionKey decryptSessionKey(List<byte[]> packets) throws IOException {
        if (!settings.privateKeyFiles().isEmpty()) {
            Optional<SessionKey> found = privateKeys().find(packets);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return gpg.find(packets);
    }

    private synchronized PrivateKeys privateKeys() throws DecryptionException {
        if (privateKeys == null) {
            privateKeys = PrivateKeys.read(settings);
        }
        return privateKeys;
    }

    /** Looks at the first bytes when it is read first: opening it costs nothing and cannot fail. */
    private final class Detected extends BlockStream {
        private final InputStream stored;
        private final byte[] buffer = new byte[8 * 1024];
        private @Nullable InputStream content;

        Detected(InputStream stored) {
            this.stored = stored;
        }

        @Override
        protected boolean makeBlock() throws IOException {
            if (content == null) {
                byte[] head = new byte[HEAD_BYTES];
                int length = fill(stored, head, 0);
                head = Arrays.copyOf(head, length);
                InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), stored);
                content = isEncrypted(head) ? new MessageReader(whole, keys) : whole;
            }
            int length = content.read(buffer, 0, buffer.length);
            supply(buffer, 0, Math.max(length, 0));
            return length >= 0;
        }

        @Override
        protected int makeBlockIn(byte[] target, int offset, int length) throws IOException {
            return content == null || length == 0 ? 0 : Math.max(0, content.read(target, offset, length));
        }

        @Override
        protected void release() throws IOException {
            try (stored) {
                if (content != null) {
                    content.close();
                }
            }
        }
    }
}
