package org.walarchive.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.walarchive.Encryption;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.openpgp.Keys;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentName;

final class ArchivedEncryptionTest {

    private static final WalSegmentName SEGMENT = WalSegmentName.parse("000000010000000000000001");

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final Results results = new Results();

    /** Checks with some settings what was put with others. */
    private List<CheckResult> check(Encryption here, Encryption archiver) throws Exception {
        ArchiveStore writer = fixture.archive(fixture.config("lzo").encryption(archiver), fixture.memory());
        try (InputStream stored = writer.writer().store(new ByteArrayInputStream(new byte[100]))) {
            fixture.put("wal_005/" + SEGMENT + ".lzo", stored.readAllBytes());
        }
        ArchivedEncryption encryption = new ArchivedEncryption(
                fixture.archive(fixture.config("lzo").encryption(here), fixture.memory()), results);
        encryption.compare(SEGMENT, encryption.of(SEGMENT));
        return results.all();
    }

    private CheckResult only(List<CheckResult> found, Status status) {
        assertEquals(1, found.size(), found::toString);
        assertEquals(status, found.get(0).status(), found::toString);
        return found.get(0);
    }

    @Test
    void theSameKey() throws Exception {
        only(check(Keys.to("cv25519"), Keys.to("cv25519")), Status.OK);
    }

    @Test
    void aKeyThatTheArchiverLacks() throws Exception {
        CheckResult result = only(check(Keys.to("cv25519"), Keys.to()), Status.FAIL);
        assertTrue(result.message().startsWith(SEGMENT + " was archived without encryption"), result.message());
    }

    @Test
    void anotherKey() throws Exception {
        CheckResult result = only(check(Keys.to("cv25519"), Keys.to("rsa")), Status.WARN);
        assertTrue(result.message().contains(" is encrypted to key "), result.message());
        assertTrue(result.hint().orElseThrow().contains("WALE_GPG_KEY_ID"), result::toString);
    }

    @Test
    void oneKeyOfTwo() throws Exception {
        only(check(Keys.to("cv25519", "rsa"), Keys.to("rsa")), Status.WARN);
    }

    @Test
    void moreKeysThanHere() throws Exception {
        only(check(Keys.to("rsa"), Keys.to("cv25519", "rsa")), Status.OK);
    }

    @Test
    void nothingIsSaidWhereNoKeyIsSet() throws Exception {
        assertEquals(List.of(), check(Keys.to(), Keys.to("rsa")));
    }

    @Test
    void aKeyThatCannotBeFound() throws Exception {
        only(
                check(
                        Encryption.builder()
                                .gnupgHome(Keys.file(""))
                                .recipients("nobody@example.invalid")
                                .build(),
                        Keys.to("rsa")),
                Status.FAIL);
    }
}
