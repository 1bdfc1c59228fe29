package org.walarchive.store.swift;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the segments of a large object end and what their digests are, so that a reader can verify the whole without the
 * manifest, and a writer can find the segments of what it replaces. It is kept in the object's metadata:
 * {@code 0123456789abcdef 100x8388608,2x16777216 d41d8…} are segments of a put of that id, a hundred of 8 MiB and two of 16 MiB,
 * the last of which may be shorter, and the MD5 of all segments' MD5s in hexadecimal digits one after the other.
 *
 * @param id of the put, a part of the segments' names
 * @param runs how many segments there are of which size
 * @param md5 the digest of the digests
 */
record SegmentLayout(String id, List<Run> runs, String md5) {

    /** The header that keeps it. */
    static final String HEADER = "X-Object-Meta-Walarchive-Segments";

    private static final Pattern SYNTAX =
            Pattern.compile("([0-9a-f]{16}) (\\d{1,4}x\\d{1,10}(?:,\\d{1,4}x\\d{1,10}){0,99}) ([0-9a-f]{32})");

    /** Segments of one size. */
    record Run(int count, long sizeBytes) {}

    SegmentLayout {
        runs = List.copyOf(runs);
    }

    /** Returns the layout of segments, all of which but the last are as large as they were meant to be. */
    static SegmentLayout of(String id, List<Manifest.Segment> segments) {
        List<Run> runs = new ArrayList<>();
        MessageDigest digests = Md5.digest();
        for (int i = 0; i < segments.size(); i++) {
            digests.update(segments.get(i).md5().getBytes(StandardCharsets.US_ASCII));
            Run last = runs.isEmpty() ? new Run(0, 0) : runs.get(runs.size() - 1);
            long size = segments.get(i).sizeBytes();
            boolean shorterEnd = i == segments.size() - 1 && size < last.sizeBytes();
            if (size == last.sizeBytes() || shorterEnd) {
                runs.set(runs.size() - 1, new Run(last.count() + 1, last.sizeBytes()));
            } else {
                runs.add(new Run(1, size));
            }
        }
        return new SegmentLayout(id, runs, Md5.hex(digests));
    }

    /** Reads a header's value; another client may have put anything there. */
    static Optional<SegmentLayout> parse(String value) {
        Matcher matcher = SYNTAX.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<Run> runs = new ArrayList<>();
        for (String run : matcher.group(2).split(",")) {
            int x = run.indexOf('x');
            runs.add(new Run(Integer.parseInt(run.substring(0, x)), Long.parseLong(run.substring(x + 1))));
        }
        return Optional.of(new SegmentLayout(matcher.group(1), runs, matcher.group(3)));
    }

    /** Returns the header's value. */
    @Override
    public String toString() {
        return runs.stream()
                .map(run -> run.count() + "x" + run.sizeBytes())
                .collect(Collectors.joining(",", id + " ", " " + md5));
    }
}
