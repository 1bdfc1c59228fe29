package org.walarchive.core.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive strictly: ustar, PAX, GNU and old headers with a checksum that agrees, an end-of-archive mark, and
 * nothing but zeros after it. A library's reader takes an archive that stops between two members for a whole one, and a
 * restore cannot. Throws {@link TarFormatException} for an archive that is not whole; an {@link IOException} of the
 * stream passes.
 */
final class TarReader {

    static final Set<String> KEYWORDS = Set.of("path", "linkpath", "size", "mtime", "uid", "gid", "uname", "gname");

    /** The most bytes of a PAX header or a long name; the kernel's limit of a path is 4096. */
    private static final int MAX_EXTENSION_BYTES = 1 << 20;

    /** The most bytes of a file, far above what a file system takes; sums of a few stay in the range. */
    private static final long MAX_FILE_BYTES = 1L << 60;
    /** Longer names of users and groups are none: Linux's LOGIN_NAME_MAX. */
    private static final int MAX_OWNER_CHARACTERS = 256;

    /** Zeros after the end mark: archives are padded to a record, whose size a program's user may choose. */
    private static final int MAX_PADDING_BYTES = 16 << 20;

    private final InputStream in;
    private final byte[] block = new byte[TarHeaders.BLOCK_BYTES];
    private final Map<String, String> globals = new HashMap<>();
    /** Bytes of the current entry's content that were not read yet. */
    private long remaining;
    /** Zeros between the content and the next header. */
    private int padding;

    private final TarDialect.End end;

    TarReader(InputStream in) {
        this(in, TarDialect.End.MARKED);
    }

    TarReader(InputStream in, TarDialect.End end) {
        this.in = in;
        this.end = end;
    }

    /** Goes to the next entry, over what is left of the current one; empty after the end of a whole archive. */
    Optional<TarEntry> next() throws IOException {
        skipContent();
        Map<String, String> records = new HashMap<>(globals);
        boolean extended = false;
        while (true) {
            if (!readHeader(extended)) {
                return Optional.empty();
            }
            if (isZero(block)) {
                if (extended) {
                    throw new TarFormatException("an extended header has no entry");
                }
                readEnd();
                return Optional.empty();
            }
            checkSum();
            char type = (char) (block[TarField.TYPE.offset] & 0xff);
            switch (type) {
                case 'x' -> records.putAll(PaxRecords.parse(extension()));
                case 'g' -> {
                    Map<String, String> more = PaxRecords.parse(extension());
                    globals.putAll(more);
                    records.putAll(more);
                }
                case 'L' -> records.put("path", longText("path"));
                case 'K' -> records.put("linkpath", longText("linkpath"));
                default -> {
                    return Optional.of(entry(type, records));
                }
            }
            extended = true;
        }
    }

    /** Reads content of the current entry; -1 at its end. */
    int read(byte[] target) throws IOException {
        return read(target, 0, target.length);
    }

    /** Does the same with a part of an array. */
    int read(byte[] target, int offset, int length) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        int n = in.read(target, offset, (int) Math.min(length, remaining));
        if (n < 0) {
            throw new TarFormatException("the archive ends within the content of a file");
        }
        remaining -= n;
        return n;
    }

    private TarEntry entry(char typeFlag, Map<String, String> records) throws TarFormatException {
        String name = records.containsKey("path") ? records.get("path") : shortName();
        TarEntry.Type type = switch (typeFlag) {
            case '0', '7' -> TarEntry.Type.FILE;
            // before POSIX, a directory was what has a slash at its end
            case '\0' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '3', '4' -> TarEntry.Type.DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default -> throw new TarFormatException("'" + name + "' is of unknown type '" + typeFlag + "'");
        };
        long size = records.containsKey("size") ? TarField.decimal(records.get("size")) : TarField.SIZE.number(block);
        if (size < 0 || size > MAX_FILE_BYTES || size > 0 && type != TarEntry.Type.FILE) {
            throw new TarFormatException("'" + name + "' has a size of " + size);
        }
        begin(size);
        boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMBOLIC_LINK;
        String linkName = link ? text(records.get("linkpath"), TarField.LINK_NAME) : "";
        return new TarEntry(name, type, size, attributes(records), linkName);
    }

    private MemberAttributes attributes(Map<String, String> records) throws TarFormatException {
        FileTime modified = records.containsKey("mtime")
                ? TarField.time(records.get("mtime"))
                : TarField.time(TarField.MTIME.number(block), 0);
        return new MemberAttributes(
                (int) TarField.MODE.number(block) & 07777,
                modified,
                owner(records.get("uid"), TarField.UID),
                owner(records.get("gid"), TarField.GID),
                ownerName(records.get("uname"), TarField.USER),
                ownerName(records.get("gname"), TarField.GROUP));
    }

    /** Reads a user's or group's name; one that cannot be read is none, for there is the number. */
    private String ownerName(@Nullable String record, TarField field) {
        try {
            String name = text(record, field);
            return name.length() > MAX_OWNER_CHARACTERS ? "" : name;
        } catch (TarFormatException e) {
            return "";
        }
    }

    private String shortName() throws TarFormatException {
        String name = TarField.NAME.text(block);
        // GNU's older header has other things there
        boolean posix = new String(block, TarField.MAGIC.offset, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        String prefix = posix ? TarField.PREFIX.text(block) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Reads a field only where there is no record for it: then it may be cut in the middle of a character. */
    private String text(@Nullable String record, TarField field) throws TarFormatException {
        return record == null ? field.text(block) : record;
    }

    private int owner(@Nullable String record, TarField field) throws TarFormatException {
        long id = record == null ? field.number(block) : TarField.decimal(record);
        if (id < 0 || id > 0xffff_ffffL) {
            throw new TarFormatException("an owner has the number " + id);
        }
        return (int) id;
    }

    private void begin(long size) {
        remaining = size;
        padding = (int) Math.floorMod(-size, (long) TarHeaders.BLOCK_BYTES);
    }

    private byte[] extension() throws IOException {
        long size = TarField.SIZE.number(block);
        if (size < 0 || size > MAX_EXTENSION_BYTES) {
            throw new TarFormatException("an extended header has a size of " + size);
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            throw new TarFormatException("the archive ends within an extended header");
        }
        begin(size);
        remaining = 0;
        skipContent();
        return content;
    }

    private String longText(String keyword) throws IOException {
        byte[] content = extension();
        int end = 0;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        PaxRecords.requireFit(keyword, end);
        return TarField.utf8(content, 0, end);
    }

    private void skipContent() throws IOException {
        try {
            in.skipNBytes(remaining + padding);
        } catch (EOFException e) {
            throw new TarFormatException("the archive ends within the content of a file");
        }
        begin(0);
    }

    /** Reads the next header, or the end mark; false where neither is needed any more. */
    private boolean readHeader(boolean extended) throws IOException {
        int n = in.readNBytes(block, 0, block.length);
        if (n == 0 && end == TarDialect.End.OPEN && !extended) {
            return false;
        }
        requireBlock(n);
        return true;
    }

    private void readBlock() throws IOException {
        requireBlock(in.readNBytes(block, 0, block.length));
    }

    private void requireBlock(int n) throws TarFormatException {
        if (n < block.length) {
            throw new TarFormatException(
                    n == 0 ? "the archive ends without an end mark" : "the archive ends within a header");
        }
    }

    /** Reads the second block of the end mark and all that follows, so that checks behind it are made. */
    private void readEnd() throws IOException {
        readBlock();
        byte[] rest = new byte[TarHeaders.RECORD_BYTES];
        boolean zero = isZero(block);
        long length = 0;
        for (int n = in.read(rest); n >= 0 && zero; n = in.read(rest)) {
            zero = isZero(Arrays.copyOf(rest, n));
            length += n;
            if (length > MAX_PADDING_BYTES) {
                throw new TarFormatException("more than " + MAX_PADDING_BYTES + " bytes follow the end of the archive");
            }
        }
        if (!zero) {
            throw new TarFormatException("there is something behind the end of the archive");
        }
    }

    private void checkSum() throws TarFormatException {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < block.length; i++) {
            boolean blank = i >= TarField.CHECKSUM.offset && i < TarField.CHECKSUM.offset + TarField.CHECKSUM.length;
            byte value = blank ? (byte) ' ' : block[i];
            unsigned += value & 0xff;
            signed += value;
        }
        long stored = TarField.CHECKSUM.number(block);
        if (stored != unsigned && stored != signed) {
            throw new TarFormatException("a header's checksum does not agree");
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
