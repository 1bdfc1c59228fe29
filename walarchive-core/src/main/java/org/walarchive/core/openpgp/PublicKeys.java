package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.gpg.keybox.KeyBlob;
import org.bouncycastle.gpg.keybox.PublicKeyRingBlob;
import org.bouncycastle.gpg.keybox.UserID;
import org.bouncycastle.gpg.keybox.bc.BcKeyBox;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/**
 * The public keys that are given as files, or are in GnuPG's home directory.
 *
 * @param rings those that can be used
 * @param unread those of GnuPG's home directory that are of a form which is not known
 * @param source where they are
 */
record PublicKeys(List<PGPPublicKeyRing> rings, List<Unread> unread, String source) {

    /**
     * A key of a form that is not known: newer than this program, say. Whoever imports one must not stop archiving to another.
     *
     * @param fingerprints of it and its subkeys, by the directory of the keybox
     * @param userIds its user ids
     * @param reason what hinders
     */
    record Unread(List<String> fingerprints, List<String> userIds, String reason) {}

    private static final String EXPORT =
            "Export the key by \"gpg --export KEY\" into a file, and set" + " WALARCHIVE_PGP_PUBLIC_KEYS to its path.";

    static PublicKeys read(Encryption settings) throws ConfigurationException {
        return settings.publicKeyFiles().isEmpty() ? ofHome(settings.gnupgHome()) : ofFiles(settings.publicKeyFiles());
    }

    private static PublicKeys ofFiles(List<Path> files) throws ConfigurationException {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        for (Path file : files) {
            int before = rings.size();
            readFile(file, rings);
            if (rings.size() == before) {
                throw new ConfigurationException("there is no public key in file " + file, null, EXPORT);
            }
        }
        return new PublicKeys(rings, List.of(), files.size() == 1 ? "file " + files.get(0) : "files " + files);
    }

    /** Both may be there: gpg reads the old file beside the keybox. */
    private static PublicKeys ofHome(Path home) throws ConfigurationException {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        List<Unread> unread = new ArrayList<>();
        Path keybox = home.resolve("pubring.kbx");
        Path old = home.resolve("pubring.gpg");
        if (Files.exists(keybox)) {
            readKeybox(keybox, rings, unread);
        }
        if (Files.exists(old)) {
            readFile(old, rings);
        }
        if (rings.isEmpty() && unread.isEmpty()) {
            boolean database = Files.exists(home.resolve("public-keys.d"));
            throw new ConfigurationException(
                    "there is no public key in " + home,
                    database
                            ? "GnuPG's keyboxd keeps its keys, in a form of its own."
                            : "There is neither pubring.kbx nor pubring.gpg with a key in it.",
                    "Is GNUPGHOME right, and does the command run as the user whose keys they are? " + EXPORT);
        }
        return new PublicKeys(rings, unread, "directory " + home);
    }

    private static void readKeybox(Path file, List<PGPPublicKeyRing> rings, List<Unread> unread)
            throws ConfigurationException {
        try (InputStream stream = Files.newInputStream(file)) {
            for (KeyBlob blob : new BcKeyBox(stream).getKeyBlobs()) {
                if (blob instanceof PublicKeyRingBlob keys) {
                    readBlob(keys, rings, unread);
                }
            }
        } catch (IOException | RuntimeException e) { // its parsers throw whatever comes
            throw unreadable(file, e);
        }
    }

    private static void readBlob(PublicKeyRingBlob blob, List<PGPPublicKeyRing> rings, List<Unread> unread) {
        try {
            rings.add(blob.getPGPPublicKeyRing());
        } catch (IOException | RuntimeException e) { // its parsers throw whatever comes
            unread.add(new Unread(
                    blob.getKeyInformation().stream()
                            .map(key -> KeyIds.format(key.getFingerprint()))
                            .toList(),
                    blob.getUserIds().stream().map(UserID::getUserIDAsString).toList(),
                    "it is of a form that is not supported: " + e.getMessage()));
        }
    }

    private static void readFile(Path file, List<PGPPublicKeyRing> rings) throws ConfigurationException {
        try {
            byte[] packets = KeyFile.read(file);
            for (PGPPublicKeyRing ring : new PGPPublicKeyRingCollection(
                    new ByteArrayInputStream(packets), new BcKeyFingerprintCalculator())) {
                rings.add(ring);
            }
        } catch (IOException | PGPException | RuntimeException e) { // its parsers throw whatever comes
            throw unreadable(file, e);
        }
    }

    private static ConfigurationException unreadable(Path file, Exception e) {
        return new ConfigurationException(
                "public key file " + file + " cannot be read",
                e.getMessage() == null ? e.toString() : e.getMessage(),
                "Is it an export of public keys, which the user that runs the command may read? " + EXPORT,
                e);
    }
}
