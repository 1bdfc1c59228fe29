package org.walarchive.store.file;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.OptionalLong;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreLocation;

/**
 * A process of its own that puts a blob: root, key, mode, content byte, length, and where it dies: a number of bytes read,
 * {@code linked} for just after the link, or {@code never}. Waits for a line before it begins; prints the result. With
 * {@code waiting} it does not die but waits for a second line half-way.
 */
final class PutProcess {

    static final int DIED = 137;

    private PutProcess() {}

    public static void main(String[] args) throws IOException {
        byte[] content = new byte[Integer.parseInt(args[4])];
        Arrays.fill(content, Byte.parseByte(args[3]));
        String death = args[5];
        FileTree tree = new FileTree(StoreLocation.parse("file://localhost" + args[0]));
        Staging staging = new Staging(tree, Clock.systemUTC(), (Path link, Path existing) -> {
            Files.createLink(link, existing);
            if (death.equals("linked")) {
                Runtime.getRuntime().halt(DIED);
            }
        });
        try (BlobStore store = new FileBlobStore(tree, staging, 100)) {
            System.out.println("ready");
            System.in.read();
            System.out.println(store.put(args[1], source(content, death), PutMode.valueOf(args[2])));
        }
    }

    private static BlobSource source(byte[] content, String death) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new FilterInputStream(new ByteArrayInputStream(content)) {
                    private int position;

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        if (death.matches("\\d+") && position >= Integer.parseInt(death)) {
                            Runtime.getRuntime().halt(DIED);
                        }
                        if (position == 1000 && death.equals("waiting")) {
                            System.out.println("waiting");
                            System.in.read();
                        }
                        int n = super.read(target, offset, Math.min(length, 1000));
                        position += Math.max(n, 0);
                        return n;
                    }
                };
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }
}
