package org.walarchive.core.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.walarchive.core.inventory.WalIndex.SegmentObject;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;

/** The objects that hold a timeline's segments, in order, as columns of primitive values. */
final class SegmentColumn {

    private final TimelineId timeline;
    private final List<String> extensions = new ArrayList<>();
    private long[] codes = new long[64];
    private long[] sizes = new long[64];
    private byte[] extensionNumbers = new byte[64];
    private int count;

    SegmentColumn(TimelineId timeline) {
        this.timeline = timeline;
    }

    /** A segment's place as one number that grows with it, whatever the size of segments. */
    private static long code(WalSegmentName name) {
        return name.xlogId() << 32 | name.segment();
    }

    void add(WalSegmentName name, String extension, long sizeBytes) {
        long code = code(name);
        if (count > 0 && Long.compareUnsigned(codes[count - 1], code) > 0) {
            throw new IllegalArgumentException("segment " + name + " comes after " + name(count - 1));
        }
        if (count == codes.length) {
            codes = Arrays.copyOf(codes, count * 2);
            sizes = Arrays.copyOf(sizes, count * 2);
            extensionNumbers = Arrays.copyOf(extensionNumbers, count * 2);
        }
        codes[count] = code;
        sizes[count] = sizeBytes;
        extensionNumbers[count] = number(extension);
        count++;
    }

    private byte number(String extension) {
        int number = extensions.indexOf(extension);
        if (number < 0) {
            number = extensions.size();
            extensions.add(extension);
        }
        return (byte) number;
    }

    int count() {
        return count;
    }

    WalSegmentName name(int index) {
        return new WalSegmentName(timeline, codes[index] >>> 32, codes[index] & 0xFFFFFFFFL);
    }

    SegmentObject object(int index) {
        return new SegmentObject(name(index), extensions.get(extensionNumbers[index] & 0xFF), sizes[index]);
    }

    boolean contains(WalSegmentName name) {
        int first = first(code(name));
        return first < count && codes[first] == code(name);
    }

    OptionalLong storedBytes(WalSegmentName name) {
        long code = code(name);
        long largest = -1;
        for (int i = first(code); i < count && codes[i] == code; i++) {
            largest = Math.max(largest, sizes[i]);
        }
        return largest < 0 ? OptionalLong.empty() : OptionalLong.of(largest);
    }

    /** Returns the index of the first that is not before a place. */
    private int first(long code) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(codes[middle], code) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
