package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * What a tar header says of a file besides its name, kind and size.
 *
 * @param mode the permission bits, 0 to 07777
 * @param modified when the content was changed last
 * @param uid the owner's number
 * @param gid the group's number
 * @param user the owner's name; empty if it has none
 * @param group the group's name; empty if it has none
 */
public record MemberAttributes(int mode, FileTime modified, int uid, int gid, String user, String group) {

    /** Checks the mode. */
    public MemberAttributes {
        Objects.requireNonNull(modified);
        Objects.requireNonNull(user);
        Objects.requireNonNull(group);
        if (mode < 0 || mode > 07777) {
            throw new IllegalArgumentException("mode is not 0 to 07777: " + Integer.toOctalString(mode));
        }
    }

    /**
     * Reads those of a file, for a member that is not found by a scan.
     *
     * @param file a file or directory; links are followed
     * @return its attributes
     * @throws IOException when they cannot be read
     */
    public static MemberAttributes of(Path file) throws IOException {
        return new OwnerNames().attributes(file, FileStatus.following(file));
    }

    MemberAttributes withMode(int other) {
        return new MemberAttributes(other, modified, uid, gid, user, group);
    }
}
