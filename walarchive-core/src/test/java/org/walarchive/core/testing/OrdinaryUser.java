package org.walarchive.core.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The user that servers run as: this process' own, or, where that is root (as in containers), {@code postgres} or
 * {@code nobody}, because PostgreSQL refuses to run as root.
 */
public final class OrdinaryUser {

    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private OrdinaryUser() {}

    /** Returns the name of the user. */
    public static String name() {
        return ROOT ? other().getName() : System.getProperty("user.name");
    }

    /** Returns the command line that runs a command as the user. */
    public static List<String> command(List<String> command) {
        if (!ROOT) {
            return command;
        }
        String user = other().getName();
        List<String> prefix;
        if (isOnPath("setpriv")) {
            prefix = List.of("setpriv", "--reuid=" + user, "--regid=" + group(), "--clear-groups", "--");
        } else if (isOnPath("runuser")) {
            prefix = List.of("runuser", "-u", user, "--");
        } else {
            prefix = List.of("su", "-s", "/bin/sh", user, "-c", "exec \"$@\"", "--", "sh");
        }
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return List.copyOf(all);
    }

    /** Makes the user the owner of a file, or of a directory and everything in it; links are not followed. */
    public static void give(Path path) {
        if (!ROOT) {
            return;
        }
        UserPrincipal owner = other();
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    chown(directory, owner);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    chown(file, owner);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give " + path + " to " + owner, e);
        }
    }

    private static void chown(Path path, UserPrincipal owner) throws IOException {
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(owner);
    }

    private static UserPrincipal other() {
        for (String name : List.of("postgres", "nobody")) {
            try {
                return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
            } catch (UserPrincipalNotFoundException e) {
                // the next may exist
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("PostgreSQL does not run as root, and there is no user postgres or nobody");
    }

    private static String group() {
        for (String name : List.of("postgres", "nogroup", "nobody")) {
            try {
                return FileSystems.getDefault()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(name)
                        .getName();
            } catch (UserPrincipalNotFoundException e) {
                // the next may exist
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("there is no group postgres, nogroup or nobody");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
