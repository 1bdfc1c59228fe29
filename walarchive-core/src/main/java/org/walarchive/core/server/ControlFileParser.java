package org.walarchive.core.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.walarchive.LocalFileException;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Reads {@code ControlFileData} of {@code src/include/catalog/pg_control.h}, PostgreSQL 9.4 to 18, member by member. The
 * layout is that of 64-bit machines, in either byte order.
 */
final class ControlFileParser {

    private static final Set<Integer> VERSIONS = Set.of(942, 960, 1002, 1100, 1201, 1300, 1700, 1800);

    /** 9.4 and 9.5 share control version 942 and differ in layout; this is between their catalog versions. */
    private static final int FIRST_CATALOG_OF_9_5 = 201410000;

    /** Longer than the structure of any release, and what every release writes at least in one go. */
    private static final int MINIMUM_LENGTH = 512;

    /** {@code MOCK_AUTH_NONCE_LEN}. */
    private static final int NONCE_LENGTH = 32;

    private static final int CONTROL_VERSION_POSITION = 8;

    private final String name;

    ControlFileParser(String name) {
        this.name = name;
    }

    /** Returns the checksum of the contents if the file has another; empty also where the layout is unknown. */
    Optional<Integer> wrongCrc(byte[] bytes) {
        Optional<ByteOrder> order = order(bytes);
        if (order.isEmpty()) {
            return Optional.empty();
        }
        Members members = new Members(new CStruct(bytes, order.get()));
        int expected = members.expectedCrc(bytes);
        return members.crc == expected ? Optional.empty() : Optional.of(expected);
    }

    ControlFile parse(byte[] bytes) throws LocalFileException {
        ByteOrder order = order(bytes).orElseThrow(() -> unknown(bytes));
        Members members = new Members(new CStruct(bytes, order));
        int expected = members.expectedCrc(bytes);
        if (members.crc != expected) {
            throw new LocalFileException(
                    "control file " + name + " is damaged",
                    String.format("its checksum is %08X, its contents have %08X", members.crc, expected),
                    "Check the disk, and the server's log. If a backup tool or a copy wrote the file, copy it again.");
        }
        try {
            return members.toControlFile(bytes);
        } catch (IllegalArgumentException e) {
            throw new LocalFileException(
                    "control file " + name + " makes no sense",
                    e.getMessage(),
                    "Is this the data directory of a PostgreSQL server, and not of a product derived from it?",
                    e);
        }
    }

    private static Optional<ByteOrder> order(byte[] bytes) {
        if (bytes.length >= MINIMUM_LENGTH) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                if (VERSIONS.contains(ByteBuffer.wrap(bytes).order(order).getInt(CONTROL_VERSION_POSITION))) {
                    return Optional.of(order);
                }
            }
        }
        return Optional.empty();
    }

    private LocalFileException unknown(byte[] bytes) {
        if (bytes.length < MINIMUM_LENGTH) {
            return new LocalFileException(
                    "control file " + name + " is too short",
                    "it has " + bytes.length + " bytes, of at least " + MINIMUM_LENGTH,
                    "Is the disk full, or was the file copied in part?");
        }
        int version = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(CONTROL_VERSION_POSITION);
        return new LocalFileException(
                "control file " + name + " has the unknown version " + version,
                "PostgreSQL 9.4 to 18 are known, by the versions 942, 960, 1002, 1100, 1201, 1300, 1700 and 1800",
                "A newer release of PostgreSQL needs a newer release of walarchive.");
    }

    /** The members that matter, in the order of the file. */
    private static final class Members {
        private final long systemIdentifier;
        private final int controlVersion;
        private final int catalogVersion;
        private final boolean since95;
        private final int state;
        private final long checkpoint;
        private final Optional<Lsn> previousCheckpoint;
        private final long redo;
        private final long timeline;
        private final long previousTimeline;
        private final long minRecoveryPoint;
        private final long minRecoveryPointTimeline;
        private final ControlFile.Parameters parameters;
        private final int blockSize;
        private final long walSegmentSize;
        private final int dataChecksumVersion;
        /** {@code mock_authentication_nonce}, made by initdb. */
        private final byte[] nonce;

        private final int crcPosition;
        private final int crc;

        Members(CStruct struct) {
            systemIdentifier = struct.int64();
            controlVersion = struct.int32();
            catalogVersion = struct.int32();
            since95 = catalogVersion >= FIRST_CATALOG_OF_9_5;
            state = struct.int32();
            struct.skipInt64(1); // time
            checkpoint = struct.int64();
            previousCheckpoint = controlVersion < 1100 ? Optional.of(new Lsn(struct.int64())) : Optional.empty();

            redo = struct.int64();
            timeline = struct.uint32();
            previousTimeline = struct.uint32();
            skipRestOfCheckpoint(struct);

            struct.skipInt64(1); // unloggedLSN
            minRecoveryPoint = struct.int64();
            minRecoveryPointTimeline = struct.uint32();
            struct.skipInt64(2); // backupStartPoint, backupEndPoint
            struct.skip(1); // backupEndRequired
            parameters = parameters(struct);

            struct.skipInt32(1); // maxAlign
            struct.skipInt64(1); // floatFormat
            blockSize = struct.int32();
            struct.skipInt32(2); // relseg_size, xlog_blcksz
            walSegmentSize = struct.uint32();
            struct.skipInt32(4); // nameDataLen, indexMaxKeys, toast_max_chunk_size, loblksize
            // enableIntTimes to 9.6, float4ByVal to 12, float8ByVal
            struct.skip(controlVersion < 1002 ? 3 : controlVersion < 1300 ? 2 : 1);
            dataChecksumVersion = struct.int32();
            struct.skip(controlVersion >= 1800 ? 1 : 0); // default_char_signedness
            nonce = struct.bytes(controlVersion >= 1002 ? NONCE_LENGTH : 0);
            struct.align(4);
            crcPosition = struct.position();
            crc = struct.int32();
        }

        private void skipRestOfCheckpoint(CStruct struct) {
            struct.skip(1); // fullPageWrites; 17 put wal_level into the padding behind it
            if (controlVersion >= 1201) {
                struct.align(4).skip(4);
                struct.skipInt64(1); // nextXid with its epoch
            } else {
                struct.skipInt32(2); // nextXidEpoch, nextXid
            }
            struct.skipInt32(7); // nextOid, nextMulti, nextMultiOffset, oldestXid and oldestMulti with databases
            struct.skipInt64(1); // time
            struct.skipInt32(since95 ? 2 : 0); // oldestCommitTsXid, newestCommitTsXid
            struct.skipInt32(1); // oldestActiveXid
        }

        private ControlFile.Parameters parameters(CStruct struct) {
            struct.skipInt32(1); // wal_level
            struct.skip(1); // wal_log_hints
            int maxConnections = struct.int32();
            int maxWorkerProcesses = struct.int32();
            Optional<Integer> maxWalSenders = controlVersion >= 1201 ? Optional.of(struct.int32()) : Optional.empty();
            int maxPreparedTransactions = struct.int32();
            int maxLocksPerTransaction = struct.int32();
            struct.skip(since95 ? 1 : 0); // track_commit_timestamp
            return new ControlFile.Parameters(
                    maxConnections, maxWorkerProcesses, maxWalSenders, maxPreparedTransactions, maxLocksPerTransaction);
        }

        int expectedCrc(byte[] bytes) {
            if (!since95) {
                return LegacyCrc32.of(bytes, crcPosition);
            }
            CRC32C checksum = new CRC32C();
            checksum.update(bytes, 0, crcPosition);
            return (int) checksum.getValue();
        }

        ControlFile toControlFile(byte[] bytes) {
            if (state < 0 || state >= ControlFile.State.values().length) {
                throw new IllegalArgumentException("state " + state + " is not known");
            }
            return new ControlFile(
                    new SystemIdentifier(systemIdentifier),
                    controlVersion,
                    catalogVersion,
                    ControlFile.State.values()[state],
                    new Lsn(checkpoint),
                    previousCheckpoint,
                    new Lsn(redo),
                    new TimelineId(timeline),
                    new TimelineId(previousTimeline),
                    new Lsn(minRecoveryPoint),
                    minRecoveryPointTimeline == 0
                            ? Optional.empty()
                            : Optional.of(new TimelineId(minRecoveryPointTimeline)),
                    parameters,
                    blockSize,
                    WalSegmentSize.ofBytes(walSegmentSize),
                    dataChecksumVersion,
                    Arrays.equals(nonce, new byte[nonce.length]) ? Optional.empty() : Optional.of(nonce),
                    bytes);
        }
    }
}
