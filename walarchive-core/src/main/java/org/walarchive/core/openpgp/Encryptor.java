package org.walarchive.core.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/** Encrypts to keys that were found and checked. May be shared by threads. */
public final class Encryptor {

    private static final int KEY_BYTES = 32;

    /** What a literal packet begins with: binary, no name, no time, as WAL-E has it. */
    private static final byte[] LITERAL_HEAD = {'b', 0, 0, 0, 0, 0};

    private static final byte[] MDC_VERSION = {1};
    private static final byte[] NOTHING = {};

    private final List<RecipientKey> keys;
    private final SecureRandom random = new SecureRandom();

    private Encryptor(List<RecipientKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Finds the recipients' keys. */
    static Encryptor of(Encryption settings, Instant now) throws ConfigurationException {
        PublicKeys known = PublicKeys.read(settings);
        List<RecipientKey> keys = new ArrayList<>();
        for (String recipient : settings.recipients()) {
            RecipientKey key = find(recipient, known, now);
            if (keys.stream()
                    .noneMatch(other -> other.key().getKeyID() == key.key().getKeyID())) {
                keys.add(key);
            }
        }
        return new Encryptor(keys);
    }

    /** Keys that cannot be used do not make a name ambiguous: an expired one may have the same user id as its successor. */
    private static RecipientKey find(String recipient, PublicKeys known, Instant now) throws ConfigurationException {
        if (recipient.isBlank()) {
            throw new ConfigurationException(
                    "the key to encrypt to is not named",
                    "WALE_GPG_KEY_ID or --gpg-key-id is empty, or one of the keys in it is.",
                    "Name a key by its fingerprint, or unset WALE_GPG_KEY_ID to push without encryption.");
        }
        KeyQuery query = new KeyQuery(recipient);
        List<RecipientKey> usable = new ArrayList<>();
        List<String> matching = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        for (PGPPublicKeyRing ring : known.rings()) {
            if (!query.matches(ring)) {
                continue;
            }
            String fingerprint = KeyIds.format(ring.getPublicKey().getFingerprint());
            if (matching.contains(fingerprint)) {
                continue;
            }
            try {
                RecipientKey key = RecipientKey.of(ring, query.onlyKey(), now);
                requireWorks(key);
                usable.add(key);
                matching.add(fingerprint);
            } catch (RecipientKey.Unusable e) {
                unusable.add(fingerprint + ": " + e.getMessage());
            }
        }
        for (PublicKeys.Unread key : known.unread()) {
            if (query.matches(key.fingerprints(), key.userIds())) {
                // It may be the one that is meant, unlike one that has expired.
                List<String> list = usable.isEmpty() ? unusable : matching;
                list.add(String.join(" ", key.fingerprints()) + ": " + key.reason());
            }
        }
        if (usable.size() == 1 && matching.size() == 1) {
            return usable.get(0);
        }
        if (matching.size() > 1) {
            throw new ConfigurationException(
                    matching.size() + " public keys match \"" + recipient + "\"",
                    "In " + known.source() + ": " + String.join(", ", matching) + ".",
                    "Name the key by its fingerprint.");
        }
        if (unusable.isEmpty()) {
            throw new ConfigurationException(
                    "no public key matches \"" + recipient + "\"",
                    "Looked for it in " + known.source() + ", which holds "
                            + known.rings().size() + " keys.",
                    "Import the key, or set WALARCHIVE_PGP_PUBLIC_KEYS to a file that holds it.");
        }
        throw new ConfigurationException(
                "the public key that matches \"" + recipient + "\" cannot be encrypted to",
                "In " + known.source() + ": " + String.join("; ", unusable) + ".",
                "Name another key, or have its owner renew it, or add a subkey that encrypts (gpg --quick-add-key"
                        + " FINGERPRINT), and export it again.");
    }

    /** A key that is too short for a session key, say, is found out before a backup begins. */
    private static void requireWorks(RecipientKey key) throws RecipientKey.Unusable {
        try {
            encryptTo(key, new byte[KEY_BYTES]);
        } catch (IOException e) {
            throw new RecipientKey.Unusable(String.valueOf(e.getMessage()));
        }
    }

    /** Returns when the first of the keys ends. */
    Optional<Instant> expiry() {
        return keys.stream().flatMap(key -> key.expiry().stream()).min(Instant::compareTo);
    }

    /** Returns the fingerprints of the keys that are encrypted to. */
    public List<String> fingerprints() {
        return keys.stream()
                .map(key -> KeyIds.format(key.key().getFingerprint()))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Returns the ids of the keys that are encrypted to. */
    List<Long> keyIds() {
        return keys.stream().map(key -> key.key().getKeyID()).toList();
    }

    /**
     * Makes a stream whose bytes are a message that holds another's, under a session key of its own. The content is not
     * compressed.
     *
     * @param content what to encrypt; closed with the returned stream
     */
    public InputStream encrypt(InputStream content) throws IOException {
        return encrypt(content, NOTHING);
    }

    /**
     * Makes a stream as {@link #encrypt(InputStream)} does, with a note that everybody can read, and that nothing protects:
     * {@link OpenPgp#note} returns it.
     *
     * @param content what to encrypt; closed with the returned stream
     * @param note up to 191 bytes
     */
    public InputStream encrypt(InputStream content, byte[] note) throws IOException {
        byte[] sessionKey = new byte[KEY_BYTES];
        random.nextBytes(sessionKey);
        InputStream literal = new PacketWriter(NOTHING, PacketTag.LITERAL, LITERAL_HEAD, content);
        return new PacketWriter(
                header(sessionKey, note),
                PacketTag.INTEGRITY_PROTECTED,
                MDC_VERSION,
                new MdcWriter(literal, sessionKey, random));
    }

    /**
     * The note stands between the session keys and the content: in front of all, gpg 2.2 takes the message for text; behind a
     * content in pieces, it takes it for damaged.
     */
    private byte[] header(byte[] sessionKey, byte[] note) throws IOException {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        for (RecipientKey recipient : keys) {
            packets.write(encryptTo(recipient, sessionKey));
        }
        if (note.length > 0) {
            packets.write(0xC0 | PacketTag.FIRST_PRIVATE);
            packets.write(note.length);
            packets.write(note);
        }
        return packets.toByteArray();
    }

    private static byte[] encryptTo(RecipientKey recipient, byte[] sessionKey) throws IOException {
        BcPGPDataEncryptorBuilder cipher = new BcPGPDataEncryptorBuilder(SessionKey.AES_256);
        cipher.setWithIntegrityPacket(true);
        try {
            return new BcPublicKeyKeyEncryptionMethodGenerator(recipient.key())
                    .generate(cipher, sessionKey)
                    .getEncoded();
        } catch (PGPException | RuntimeException e) { // of a key that it cannot use, whatever comes
            throw new IOException(
                    "nothing can be encrypted to key "
                            + KeyIds.format(recipient.key().getKeyID()) + ": " + e.getMessage(),
                    e);
        }
    }
}
