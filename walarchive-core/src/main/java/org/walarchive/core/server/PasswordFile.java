package org.walarchive.core.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the format of {@code ~/.pgpass}: lines {@code host:port:database:user:password}, the first four a value or
 * {@code *}, with {@code \:} for a colon and {@code \\} for a backslash; the first line that fits wins. pgjdbc reads such a
 * file only where the process' environment says so.
 */
final class PasswordFile {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path file;

    PasswordFile(Path file) {
        this.file = file;
    }

    /** Returns the password of the first line that fits; none, with a warning, if others can read the file (as libpq). */
    Optional<String> find(String host, int port, String database, String user) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (isOpenToOthers()) {
            LOG.warn(
                    "action=read_password_file file={} state=ignored reason=\"others than the owner have rights\"",
                    file);
            return Optional.empty();
        }
        List<String> wanted = List.of(host, Integer.toString(port), database, user);
        for (String line : Files.readAllLines(file)) {
            List<String> fields = line.startsWith("#") ? List.of() : split(line);
            if (fields.size() >= 5 && fits(fields, wanted)) {
                return Optional.of(fields.get(4));
            }
        }
        return Optional.empty();
    }

    private boolean isOpenToOthers() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().stream().anyMatch(OTHERS::contains);
    }

    private static boolean fits(List<String> fields, List<String> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                i++;
                field.append(line.charAt(i));
            } else if (c == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
