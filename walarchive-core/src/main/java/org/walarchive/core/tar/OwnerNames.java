package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.HashMap;
import java.util.Map;

/** The names of users and groups, each asked for once: a look-up may go over the network. Not thread-safe. */
final class OwnerNames {

    private final Map<Integer, String> users = new HashMap<>();
    private final Map<Integer, String> groups = new HashMap<>();

    MemberAttributes attributes(Path path, FileStatus status) throws IOException {
        if (!users.containsKey(status.uid()) || !groups.containsKey(status.gid())) {
            PosixFileAttributes owners =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            users.put(status.uid(), name(owners.owner().getName(), status.uid()));
            groups.put(status.gid(), name(owners.group().getName(), status.gid()));
        }
        return new MemberAttributes(
                status.permissions(),
                status.modified(),
                status.uid(),
                status.gid(),
                users.getOrDefault(status.uid(), ""),
                groups.getOrDefault(status.gid(), ""));
    }

    /** The JDK gives the number as text where there is no name. */
    private static String name(String name, int id) {
        return name.equals(Integer.toString(id)) ? "" : name;
    }
}
