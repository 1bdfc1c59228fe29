package org.walarchive.core.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tar archive of a partition, made while it is read. Each file has the planned size in it: what has shrunk is filled
 * up with zeros, what has grown is cut, and what has vanished is left out; WAL replay mends the first two and knows of
 * the third. Reading throws {@link MemberReadException} when a file cannot be read. Not thread-safe.
 */
public final class PartitionStream extends InputStream {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 * 1024).asReadOnlyBuffer();

    private final Iterator<Member> members;
    private final ReadPace pace;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** What is given out next. */
    private ByteBuffer current = ZEROS.duplicate().limit(0);

    private @Nullable FileChannel file;
    private @Nullable Member fileMember;
    /** Bytes of the open file that are still to come. */
    private long remaining;
    /** Zeros that are still to come. */
    private long zeros;

    private State state = State.MEMBERS;
    private int written;
    private long contentBytes;
    private long tarBytes;
    private final List<String> vanished = new ArrayList<>();

    private enum State {
        MEMBERS,
        ENDING,
        ENDED,
        CLOSED
    }

    /**
     * What went into the archive.
     *
     * @param members how many
     * @param contentBytes the sum of their sizes
     * @param tarBytes the size of the archive
     * @param vanished the names of planned members that were not there any more
     */
    public record Stats(int members, long contentBytes, long tarBytes, List<String> vanished) {

        /** Copies the names. */
        public Stats {
            vanished = List.copyOf(vanished);
        }
    }

    PartitionStream(Partition partition, ReadPace pace) {
        this.pace = pace;
        members = partition.members().iterator();
    }

    /**
     * Returns what went into the archive.
     *
     * @return the figures
     * @throws IllegalStateException if the archive was not read to its end
     */
    public Stats stats() {
        if (state != State.ENDED) {
            throw new IllegalStateException("the archive was not read to its end");
        }
        return new Stats(written, contentBytes, tarBytes, vanished);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Fills the whole range unless the archive ends. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (state == State.CLOSED) {
            throw new IOException("the tar partition is closed");
        }
        int done = 0;
        while (done < length && (current.hasRemaining() || advance())) {
            int n = Math.min(length - done, current.remaining());
            current.get(target, offset + done, n);
            done += n;
            tarBytes += n;
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    @Override
    public void close() throws IOException {
        if (state != State.ENDED) {
            state = State.CLOSED;
        }
        closeFile();
    }

    /** Makes the next piece; false at the end. */
    private boolean advance() throws IOException {
        while (true) {
            if (remaining > 0) {
                readFile();
                return true;
            }
            if (zeros > 0) {
                current = ZEROS.duplicate().limit((int) Math.min(zeros, ZEROS.capacity()));
                zeros -= current.limit();
                return true;
            }
            closeFile();
            switch (state) {
                case MEMBERS -> {
                    if (members.hasNext()) {
                        if (begin(members.next())) {
                            return true;
                        }
                    } else {
                        state = State.ENDING;
                        zeros = endBytes(tarBytes);
                    }
                }
                case ENDING -> state = State.ENDED;
                case ENDED, CLOSED -> {
                    return false;
                }
            }
        }
    }

    /** Two blocks of zeros, and what fills the last record. */
    private static long endBytes(long before) {
        long end = before + 2 * TarHeaders.BLOCK_BYTES;
        return Math.floorMod(-end, (long) TarHeaders.RECORD_BYTES) + 2 * TarHeaders.BLOCK_BYTES;
    }

    private boolean begin(Member member) throws IOException {
        byte[] content = {};
        if (member instanceof Member.DiskFile disk) {
            try {
                file = FileChannel.open(disk.source(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            } catch (NoSuchFileException e) {
                vanished.add(member.name());
                return false;
            } catch (IOException e) {
                throw unreadable(disk, e);
            }
            fileMember = disk;
            remaining = disk.sizeBytes();
        } else if (member instanceof Member.MemoryFile memory) {
            content = memory.content();
        }
        byte[] header = TarHeaders.of(member);
        current = ByteBuffer.allocate(header.length + content.length)
                .put(header)
                .put(content)
                .flip();
        zeros = Math.floorMod(-member.sizeBytes(), (long) TarHeaders.BLOCK_BYTES);
        written++;
        contentBytes += member.sizeBytes();
        return true;
    }

    private void readFile() throws IOException {
        FileChannel open = Objects.requireNonNull(file);
        int allowed = pace.begin((int) Math.min(remaining, buffer.capacity()));
        buffer.clear().limit(allowed);
        int n = 0;
        try {
            n = open.read(buffer);
        } catch (IOException e) {
            throw unreadable((Member.DiskFile) Objects.requireNonNull(fileMember), e);
        } finally {
            pace.end(allowed, n);
        }
        if (n < 0) {
            zeros += remaining;
            remaining = 0;
        } else {
            remaining -= n;
        }
        current = buffer.flip();
    }

    private void closeFile() throws IOException {
        FileChannel open = file;
        if (open != null) {
            file = null;
            open.close();
        }
    }

    private static MemberReadException unreadable(Member.DiskFile member, IOException cause) {
        return new MemberReadException(LocalFailure.reading(member.source(), cause));
    }
}
