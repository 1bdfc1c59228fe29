package org.walarchive.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.Encryption;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.openpgp.Keys;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentName;

/** Where a segment has to be readable, and is not, is told from where it need not be. */
@DisplayName("a check of a segment that cannot be decrypted")
final class UndecryptedSegmentTest {

    private static final WalSegmentName SEGMENT = WalSegmentName.parse("000000010000000000000003");
    private static final String KEY = "wal_005/000000010000000000000003.lzo";

    /** The subkey of {@code cv25519}. */
    private static final String CV25519 = "4F540562CCA3BEFE";

    @TempDir
    private Path home;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final Results results = new Results();

    @BeforeEach
    void put() throws Exception {
        ArchiveStore writer = fixture.archive(fixture.config("lzo").encryption(Keys.to("cv25519")), fixture.memory());
        try (InputStream stored = writer.writer().store(new ByteArrayInputStream(new byte[100]))) {
            fixture.put(KEY, stored.readAllBytes());
        }
    }

    private CheckResult check(Encryption settings) throws Exception {
        DecryptionException why = assertThrows(DecryptionException.class, () -> {
            try (InputStream plain = new OpenPgp(settings).decrypt(new ByteArrayInputStream(fixture.bytes(KEY)))) {
                plain.read();
            }
        });
        ArchiveStore reader = fixture.archive(fixture.config("lzo").encryption(settings), fixture.memory());
        new UndecryptedSegment(reader, results)
                .tell(
                        "round-trip",
                        SEGMENT,
                        new ArchivedEncryption(reader, results).of(SEGMENT).orElseThrow(),
                        why);
        assertEquals(1, results.all().size(), results.all().toString());
        return results.all().get(0);
    }

    private void requireSkipped(Encryption settings) throws Exception {
        CheckResult result = check(settings);
        assertEquals(Status.SKIPPED, result.status(), result.toString());
        assertTrue(
                result.message().startsWith(SEGMENT + " is in the archive, encrypted to key " + CV25519 + "; "),
                result.message());
    }

    private void requireFailed(Encryption settings, String reason) throws Exception {
        CheckResult result = check(settings);
        assertEquals(Status.FAIL, result.status(), result.toString());
        assertTrue(
                result.message().startsWith(SEGMENT + " is in the archive, and cannot be decrypted here: "),
                result.message());
        assertTrue(result.message().contains(reason), result.message());
        assertTrue(result.hint().orElseThrow().contains("WALE_GPG_KEY_ID"), result.toString());
    }

    private Encryption.Builder ofHome() {
        return Encryption.builder().gnupgHome(home).gpgProgram("/nonexistent/gpg");
    }

    /** A gpg that lists what it is told, and decrypts nothing. */
    private Encryption gpg(String listing, int exit) throws IOException {
        Path program = Files.writeString(home.resolve("gpg"), """
                #!/bin/sh
                case " $* " in *" --list-secret-keys "*)
                    echo '%s'
                    exit %d
                esac
                echo 'gpg: public key decryption failed: Timeout'
                exit 2
                """.formatted(listing, exit));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return Encryption.builder()
                .gnupgHome(home)
                .gpgProgram(program.toString())
                .build();
    }

    @Test
    void aHostThatHasNoPrivateKeyNeedsNone() throws Exception {
        requireSkipped(ofHome().gnupgHome(home.resolve("absent")).build());
    }

    @Test
    void aHostThatHasPublicKeysInItsHomeNeedsNoGpg() throws Exception {
        Files.createDirectory(home.resolve("private-keys-v1.d"));
        Files.createFile(home.resolve("secring.gpg"));
        requireSkipped(ofHome().build());
    }

    @Test
    void theKeyThatIsKeptIsAnother() throws Exception {
        requireFailed(Keys.with("rsa"), "It is encrypted to key " + CV25519);
    }

    @Test
    void aPrivateKeyFileThatCannotBeRead() throws Exception {
        requireFailed(ofHome().privateKeyFile(home.resolve("absent.asc")).build(), "absent.asc cannot be read");
    }

    @Test
    void gpgHasTheKeyAndCannotUseIt() throws Exception {
        requireFailed(gpg("ssb:u:255:18:" + CV25519 + ":1::::::e:::+:", 0), "public key decryption failed: Timeout");
    }

    @Test
    void gpgHasAnotherKey() throws Exception {
        requireSkipped(gpg("sec:u:255:22:287A67CB0785ECFA:1::::::scESC:::+:", 0));
    }

    @Test
    void aKeyOfGpgsWhosePrivatePartIsElsewhere() throws Exception {
        requireSkipped(gpg("ssb:u:255:18:" + CV25519 + ":1::::::e:::#:", 0));
    }

    @Test
    void aGpgThatDoesNotSayWhatItHasMayHaveIt() throws Exception {
        requireFailed(gpg("", 2), "Timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private-keys-v1.d/key", "secring.gpg"})
    void keysOfAGpgThatCannotBeRunMayBeTheOnes(String file) throws Exception {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), "x");
        requireFailed(ofHome().build(), "/nonexistent/gpg cannot be run");
    }
}
