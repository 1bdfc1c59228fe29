package org.walarchive.core.tar;

import java.util.Set;

/**
 * How the tool that made an archive writes it. Whatever the dialect, a name is held against the same rules once its beginning is
 * off.
 *
 * @param maker the tool
 * @param superseded names of files that are passed over, because another archive of the backup has the one that counts
 * @param end what tells the end
 */
public record TarDialect(Maker maker, Set<String> superseded, End end) {

    /** WAL-E's, ours, and what tar programs write. */
    public static final TarDialect STANDARD = new TarDialect(Maker.ANY, Set.of(), End.MARKED);

    /** The tool that made an archive. */
    public enum Maker {
        /** Names are relative to the data directory. */
        ANY,
        /**
         * WAL-G: names begin with a slash, those of its remote backups with nothing or {@code ./}. A symbolic link has its own name
         * for a target, since WAL-G does not store where it leads.
         */
        WAL_G
    }

    /** What tells the end of an archive. */
    public enum End {
        /** A mark, as in any archive. */
        MARKED,
        /** The end of the stream will do, between two members: where something else tells that nothing is missing. */
        OPEN
    }

    /** Copies the set. */
    public TarDialect {
        superseded = Set.copyOf(superseded);
    }

    /** Returns an entry's path in the tree: empty for the tree's root, which only a directory can be. */
    String nameOf(TarEntry entry) throws TarFormatException {
        return MemberNames.of(maker == Maker.WAL_G ? entry.withName(relative(entry.name())) : entry);
    }

    private static String relative(String name) {
        if (name.startsWith("/")) {
            return name.substring(1);
        }
        return name.startsWith("./") ? name.substring(2) : name;
    }

    /** Tells whether an entry is a link whose target was not stored. */
    boolean isLostLink(TarEntry entry, String name) {
        return maker == Maker.WAL_G
                && entry.type() == TarEntry.Type.SYMBOLIC_LINK
                && entry.linkName().equals(name.substring(name.lastIndexOf('/') + 1));
    }
}
