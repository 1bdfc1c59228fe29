package org.walarchive.core.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalFileName;

/** Reads the record of a base backup that PostgreSQL archives, {@code SEGMENT.OFFSET.backup}. */
final class TextLook {

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern START =
            Pattern.compile("START WAL LOCATION: ([0-9A-F]{1,8}/[0-9A-F]{1,8}) \\(file ([0-9A-F]{24})\\)\n");
    private static final Pattern STOP =
            Pattern.compile("\nSTOP WAL LOCATION: ([0-9A-F]{1,8}/[0-9A-F]{1,8}) \\(file ([0-9A-F]{24})\\)\n");

    private TextLook() {}

    /** Tells what is wrong with it. */
    static Optional<String> fault(WalFileName name, InputStream plain) throws IOException {
        String text = new String(plain.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        Matcher start = START.matcher(text);
        Matcher stop = STOP.matcher(text);
        if (!start.lookingAt() || !stop.find()) {
            return Optional.of("it does not say where a backup starts and stops");
        }
        long offset = Long.parseLong(name.text().substring(25, 33), 16);
        Lsn from = Lsn.parse(start.group(1));
        // the offset is that in a segment, whose size is a power of two
        boolean fits =
                start.group(2).equals(name.text().substring(0, 24)) && (from.value() & 0xFFFFF) == (offset & 0xFFFFF);
        if (!fits) {
            return Optional.of("it is that of a backup that starts at " + from + " in " + start.group(2));
        }
        return Lsn.parse(stop.group(1)).compareTo(from) < 0
                ? Optional.of("the backup stops at " + stop.group(1) + ", before its start at " + from)
                : Optional.empty();
    }
}
