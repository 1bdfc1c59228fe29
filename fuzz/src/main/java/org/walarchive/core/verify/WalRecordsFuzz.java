package org.walarchive.core.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Reads any bytes as a segment of WAL, and finds whatever is changed in a sound one. */
public final class WalRecordsFuzz {

    private static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);
    private static final WalSegmentName FIRST = WalSegmentName.parse("000000020000000000000001");
    private static final WalSegmentName SECOND = FIRST.next(SIZE);
    private static final byte[] ZEROS = new byte[SIZE.bytes()];

    private WalRecordsFuzz() {}

    /** Reads the input as two segments, or takes it for the plan of one and of a change. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length < 8) {
            return;
        }
        if (input[0] == 'W') {
            planned(input);
            return;
        }
        int half = input.length / 2;
        for (SegmentLook.Completeness completeness : SegmentLook.Completeness.values()) {
            Optional<SegmentEdges> first = edges(FIRST, Arrays.copyOf(input, half), completeness);
            Optional<SegmentEdges> second = edges(SECOND, Arrays.copyOfRange(input, half, input.length), completeness);
            if (first.isPresent() && second.isPresent()) {
                first.get().fault(second.get());
            }
        }
    }

    private static Optional<SegmentEdges> edges(
            WalSegmentName name, byte[] beginning, SegmentLook.Completeness completeness) throws IOException {
        InputStream segment = new SequenceInputStream(
                new ByteArrayInputStream(beginning),
                new ByteArrayInputStream(ZEROS, 0, Math.max(0, ZEROS.length - beginning.length)));
        SegmentLook.Result result = new SegmentLook(name, SIZE, completeness).read(segment);
        if (result.fault().isPresent() && result.edges() != null) {
            throw new AssertionError("a damaged segment has edges");
        }
        return Optional.ofNullable(result.edges());
    }

    /** The last four bytes are where the segment is changed, and how. */
    private static void planned(byte[] input) throws IOException {
        int end = input.length - 4;
        PlannedSegment segment = new PlannedSegment(FIRST, Arrays.copyOfRange(input, 1, end));
        int at = ((input[end] & 0xff) << 16 | (input[end + 1] & 0xff) << 8 | input[end + 2] & 0xff) % segment.length();
        segment.bytes()[at] ^= input[end + 3];
        SegmentLook.Result result = new SegmentLook(FIRST, SIZE, SegmentLook.Completeness.WHOLE)
                .read(new ByteArrayInputStream(segment.bytes()));
        if (input[end + 3] == 0 && result.fault().isPresent()) {
            throw new AssertionError(
                    "a sound segment is refused: " + result.fault().get());
        }
        if (input[end + 3] != 0 && segment.isOfRecord(at) && result.fault().isEmpty()) {
            throw new AssertionError("a change at " + at + " is not found");
        }
    }
}
