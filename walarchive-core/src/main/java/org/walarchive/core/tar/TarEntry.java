package org.walarchive.core.tar;

/**
 * One entry as an archive has it; nothing in it has been judged.
 *
 * @param name as stored
 * @param type what it is
 * @param sizeBytes of the content that follows; 0 for what is not a file
 * @param attributes of it
 * @param linkName as stored; empty for what is not a link
 */
record TarEntry(String name, Type type, long sizeBytes, MemberAttributes attributes, String linkName) {

    TarEntry withName(String other) {
        return new TarEntry(other, type, sizeBytes, attributes, linkName);
    }

    enum Type {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        HARD_LINK,
        FIFO,
        DEVICE
    }
}
