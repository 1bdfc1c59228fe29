package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.Packet;
import org.bouncycastle.bcpg.PublicKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.walarchive.Encryption;
import org.walarchive.core.codec.CorruptStreamException;

/** The private keys of files. A key is unlocked when it is needed first. */
final class PrivateKeys {

    private final Encryption settings;
    private final List<PGPSecretKey> keys;
    private final Map<Long, PGPKeyPair> unlocked = new HashMap<>();

    private PrivateKeys(Encryption settings, List<PGPSecretKey> keys) {
        this.settings = settings;
        this.keys = keys;
    }

    static PrivateKeys read(Encryption settings) throws DecryptionException {
        List<PGPSecretKey> keys = new ArrayList<>();
        for (Path file : settings.privateKeyFiles()) {
            try {
                byte[] packets = KeyFile.read(file);
                List<PGPSecretKey> found = new ArrayList<>();
                for (PGPSecretKeyRing ring : new PGPSecretKeyRingCollection(
                        new ByteArrayInputStream(packets), new BcKeyFingerprintCalculator())) {
                    ring.forEach(found::add);
                }
                if (found.isEmpty()) {
                    throw new IOException("it holds no private key");
                }
                keys.addAll(found);
            } catch (IOException | PGPException | RuntimeException e) { // its parsers throw whatever comes
                throw new DecryptionException(
                        "Private key file " + file + " cannot be read: " + reason(e) + ".",
                        "Is WALARCHIVE_PGP_PRIVATE_KEYS spelt right? Export the key by \"gpg --armor --export-secret-keys KEY\""
                                + " into the file.",
                        e);
            }
        }
        return new PrivateKeys(settings, keys);
    }

    private static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        String message = String.valueOf(failure.getMessage());
        return message.contains("PGPPublicKeyRing found") ? "it holds a public key" : message;
    }

    /**
     * Decrypts the first session key that can be. A key that cannot be unlocked does not hinder another, and leaves open
     * whether the message is sound. A message that hides to whom it is may be to none of the keys here.
     *
     * @return empty if no session key is known to be encrypted to a key that is here
     * @throws DecryptionException if one is, and the key cannot be unlocked
     * @throws CorruptStreamException if one is, and is damaged
     */
    Optional<SessionKey> find(List<byte[]> packets) throws DecryptionException, CorruptStreamException {
        DecryptionException locked = null;
        CorruptStreamException damaged = null;
        for (byte[] packet : packets) {
            for (PGPSecretKey key : candidates(KeyIds.recipient(packet))) {
                try {
                    return Optional.of(decrypt(packet, unlock(key)));
                } catch (DecryptionException e) {
                    locked = e;
                } catch (CorruptStreamException e) {
                    damaged = KeyIds.recipient(packet) == 0 ? damaged : e;
                }
            }
        }
        if (locked != null) {
            throw locked;
        }
        if (damaged != null) {
            throw damaged;
        }
        return Optional.empty();
    }

    /** A message may hide to whom it is, by an id of zeros: then any key may be the one. */
    private List<PGPSecretKey> candidates(long keyId) {
        return keys.stream()
                .filter(key -> !key.isPrivateKeyEmpty())
                .filter(key -> keyId == 0 ? key.getPublicKey().isEncryptionKey() : key.getKeyID() == keyId)
                .toList();
    }

    private synchronized PGPKeyPair unlock(PGPSecretKey key) throws DecryptionException {
        PGPKeyPair known = unlocked.get(key.getKeyID());
        if (known != null) {
            return known;
        }
        String name = KeyIds.format(key.getKeyID());
        boolean isProtected = key.getS2KUsage() != 0;
        Optional<String> passphrase = isProtected ? passphrase() : Optional.of("");
        if (passphrase.isEmpty()) {
            throw new DecryptionException(
                    "Private key " + name + " is protected by a passphrase, and none is given.",
                    "Set WALARCHIVE_PGP_PASSPHRASE_FILE or WALARCHIVE_PGP_PASSPHRASE.",
                    null);
        }
        try {
            PGPKeyPair pair = key.extractKeyPair(
                    new BcPBESecretKeyDecryptorBuilder(new JcaPGPDigestCalculatorProviderBuilder().build())
                            .build(passphrase.get().toCharArray()));
            unlocked.put(key.getKeyID(), pair);
            return pair;
        } catch (PGPException | RuntimeException e) { // what a wrong passphrase makes of a key is parsed
            throw new DecryptionException(
                    "Private key " + name + " cannot be unlocked: the passphrase is wrong, or the file is damaged.",
                    "Correct what WALARCHIVE_PGP_PASSPHRASE_FILE or WALARCHIVE_PGP_PASSPHRASE gives.",
                    null);
        }
    }

    private Optional<String> passphrase() throws DecryptionException {
        Optional<Path> file = settings.passphraseFile();
        if (file.isEmpty()) {
            return settings.passphrase();
        }
        try {
            return Optional.of(Files.readString(file.get(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse(""));
        } catch (IOException e) {
            throw new DecryptionException(
                    "Passphrase file " + file.get() + " cannot be read: " + reason(e) + ".",
                    "Is WALARCHIVE_PGP_PASSPHRASE_FILE spelt right, and does the command run as the user that may read it?",
                    e);
        }
    }

    private static SessionKey decrypt(byte[] packet, PGPKeyPair key) throws CorruptStreamException {
        String name = KeyIds.format(key.getKeyID());
        try {
            PublicKeyEncSessionPacket parsed = parse(packet);
            byte[] session = new BcPublicKeyDataDecryptorFactory(key)
                    .recoverSessionData(parsed.getAlgorithm(), parsed.getEncSessionKey(), parsed.getVersion());
            return requireSound(session);
        } catch (PGPException | IOException | RuntimeException e) { // of damaged input, whatever comes
            throw new CorruptStreamException(
                    "OpenPGP", "the session key for " + name + " cannot be decrypted: " + e.getMessage(), 0, e);
        }
    }

    private static PublicKeyEncSessionPacket parse(byte[] packet) throws IOException {
        Packet parsed = new BCPGInputStream(new ByteArrayInputStream(KeyIds.packet(packet))).readPacket();
        if (parsed instanceof PublicKeyEncSessionPacket session) {
            return session;
        }
        throw new CorruptStreamException("OpenPGP", "a packet of a session key is none", 0, null);
    }

    /** What is encrypted is the cipher's number, the key, and the sum of the key's bytes (RFC 4880, section 5.1). */
    private static SessionKey requireSound(byte[] session) throws CorruptStreamException {
        if (session.length > 3 + 8) {
            int sum = 0;
            for (int i = 1; i < session.length - 2; i++) {
                sum += session[i] & 0xff;
            }
            int expected = (session[session.length - 2] & 0xff) << 8 | session[session.length - 1] & 0xff;
            if ((sum & 0xffff) == expected) {
                return new SessionKey(session[0], Arrays.copyOfRange(session, 1, session.length - 2));
            }
        }
        throw new CorruptStreamException("OpenPGP", "its checksum does not match", 0, null);
    }
}
