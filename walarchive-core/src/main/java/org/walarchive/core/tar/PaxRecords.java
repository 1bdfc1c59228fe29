package org.walarchive.core.tar;

import java.util.HashMap;
import java.util.Map;

/** The records of a PAX header: lines of "length keyword=value", where the length counts the whole line (POSIX, pax). */
final class PaxRecords {

    /** The most bytes of a value that means something here: a path is the longest (Linux's PATH_MAX). */
    private static final int MAX_VALUE_BYTES = 4096;

    private PaxRecords() {}

    static Map<String, String> parse(byte[] content) throws TarFormatException {
        Map<String, String> records = new HashMap<>();
        int position = 0;
        while (position < content.length) {
            int space = indexOf(content, ' ', position, content.length);
            long length = TarField.decimal(TarField.utf8(content, position, space));
            if (length <= space - position + 1 || length > content.length - position) {
                throw new TarFormatException("a PAX record has a length of " + length);
            }
            int end = position + (int) length;
            int equals = indexOf(content, '=', space + 1, end);
            if (content[end - 1] != '\n') {
                throw new TarFormatException("a PAX record does not end where it says");
            }
            String keyword = TarField.utf8(content, space + 1, equals);
            if (keyword.startsWith("GNU.sparse.")) {
                throw new TarFormatException("sparse files are not supported");
            }
            if (TarReader.KEYWORDS.contains(keyword)) {
                requireFit(keyword, end - equals - 2);
                records.put(keyword, TarField.utf8(content, equals + 1, end - 1));
            }
            position = end;
        }
        return records;
    }

    static void requireFit(String keyword, int length) throws TarFormatException {
        if (length > MAX_VALUE_BYTES) {
            throw new TarFormatException(
                    "'" + keyword + "' of a member has " + length + " bytes, more than " + MAX_VALUE_BYTES);
        }
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) throws TarFormatException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new TarFormatException("a PAX record has no '" + wanted + "'");
    }
}
