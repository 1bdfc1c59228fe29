package org.walarchive.core.tar;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Checks the names in an archive: what is refused could lead out of the tree, or to two names for one file. */
final class MemberNames {

    /** Linux's PATH_MAX. */
    private static final int MAX_BYTES = 4096;

    private static final Set<String> ROOT_AS_STORED = Set.of("", "/", ".", "./");

    private MemberNames() {}

    /** Returns an entry's path in the tree: empty for the tree's root, which only a directory can be. */
    static String of(TarEntry entry) throws TarFormatException {
        String name = entry.name();
        if (entry.type() == TarEntry.Type.DIRECTORY) {
            if (ROOT_AS_STORED.contains(name)) {
                return "";
            }
            name = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        }
        return checked(name);
    }

    /** Checks the name of a file in the tree, which a hard link refers to. */
    static String checked(String name) throws TarFormatException {
        if (name.isEmpty()) {
            throw new TarFormatException("a member has no name");
        }
        if (name.indexOf('\0') >= 0) {
            throw new TarFormatException("a member's name has a NUL: '" + name.replace("\0", "\\0") + "'");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new TarFormatException(
                    "a member's name is longer than " + MAX_BYTES + " bytes: '" + name.substring(0, 100) + "…'");
        }
        if (name.startsWith("/")) {
            throw new TarFormatException("a member's name is absolute: '" + name + "'");
        }
        for (String component : name.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                throw new TarFormatException("a member's name has a component '" + component + "': '" + name + "'");
            }
        }
        return name;
    }

    static String parent(String name) {
        return name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    }
}
