package org.walarchive.core.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.CorruptArchiveException;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

final class WalGSentinelTest {

    /** As WAL-G 3.0.9 writes it. */
    private static final String SECOND = """
            {"LSN":33554472,"PgVersion":170011,"FinishLSN":33554720,"SystemIdentifier":18446744073709551614,
            "UncompressedSize":24422936,"CompressedSize":4681845,"DataCatalogSize":24537522,
            "Spec":{"16384":{"loc":"/srv/ts","link":"pg_tblspc/16384"},"base_prefix":"/srv/pg","tablespaces":["16384"]},
            "ChkpNum":null,"Version":2,"StartTime":"2026-11-22T04:09:26.963476Z","FinishTime":"2026-11-22T04:09:28.2Z",
            "DateFmt":"%Y-%m-%dT%H:%M:%S.%fZ","Hostname":"vm","DataDir":"/srv/pg","IsPermanent":true}
            """;

    /** As releases up to 2.0 write it. */
    private static final String FIRST = """
            {"LSN":18446744073709551615,"DeltaLSN":1,"DeltaFrom":"base_000000010000000000000002","DeltaFullName":"x",
            "DeltaCount":1,"Files":{"/PG_VERSION":{"IsIncremented":false,"MTime":"2020-01-01T00:00:00Z"}},
            "TarFileSets":{"part_001.tar.lz4":["/PG_VERSION"],"backup_label.tar.lz4":["backup_label"]},
            "PgVersion":90624,"FinishLSN":null,"UncompressedSize":7,"Spec":null}
            """;

    private static Sentinel read(String json) throws CorruptArchiveException {
        return SentinelJson.read("key", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsTheSecondDialect() throws Exception {
        Sentinel sentinel = read(SECOND);
        assertEquals(
                Optional.of(new WalGRecord(
                        Lsn.parse("0/2000028"),
                        Optional.of(Lsn.parse("0/2000120")),
                        170011,
                        Optional.of(SystemIdentifier.parse("18446744073709551614")),
                        Optional.empty(),
                        Optional.of(Instant.parse("2026-11-22T04:09:26.963476Z")),
                        Optional.of(Instant.parse("2026-11-22T04:09:28.2Z")),
                        true,
                        4681845,
                        Optional.empty())),
                sentinel.walG());
        assertEquals(OptionalLong.of(24537522), sentinel.expandedSizeBytes());
        assertEquals(Optional.of("/srv/pg"), sentinel.basePrefix());
        assertEquals(List.of(new Sentinel.Tablespace("16384", "/srv/ts", "pg_tblspc/16384")), sentinel.tablespaces());
        assertEquals(Optional.empty(), sentinel.record());
        assertEquals(Optional.of(170011), sentinel.serverVersion());
    }

    @Test
    void readsTheFirstDialect() throws Exception {
        WalGRecord record = read(FIRST).walG().orElseThrow();
        assertEquals(Lsn.parse("FFFFFFFF/FFFFFFFF"), record.startLsn());
        assertEquals(Optional.empty(), record.stopLsn());
        assertEquals(Optional.of("base_000000010000000000000002"), record.deltaFrom());
        assertEquals(Optional.of(Set.of("part_001.tar.lz4", "backup_label.tar.lz4")), record.partitions());
        assertEquals(Optional.empty(), record.finished());
        assertEquals(Optional.empty(), record.systemIdentifier());
        assertEquals(OptionalLong.of(7), read(FIRST).expandedSizeBytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"LSN\":\"0/1\",\"PgVersion\":170011}",
                "{\"LSN\":-1,\"PgVersion\":170011}",
                "{\"LSN\":18446744073709551616,\"PgVersion\":170011}",
                "{\"LSN\":1.5,\"PgVersion\":170011}",
                "{\"LSN\":1}",
                "{\"LSN\":1,\"PgVersion\":17}",
                "{\"LSN\":1,\"PgVersion\":170011,\"DeltaFrom\":7}",
                "{\"LSN\":1,\"PgVersion\":170011,\"FinishLSN\":[]}",
                "{\"LSN\":1,\"PgVersion\":170011,\"StartTime\":\"yesterday\"}",
                "{\"LSN\":1,\"PgVersion\":170011,\"Spec\":{\"tablespaces\":[1]}}"
            })
    void whatIsOfTheWrongFormIsDamage(String json) {
        assertThrows(CorruptArchiveException.class, () -> read(json));
    }
}
