package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Gives restored files their owners, by name and else by number, where this process may: as root. Thread-safe. */
final class TargetOwners {

    private static final int ROOT = 0;

    /** Names are looked up once; an archive may have as many as it has members. */
    private static final int MOST_REMEMBERED = 1000;

    private final boolean root;
    private final UserPrincipalLookupService lookup;
    private final Map<String, Optional<UserPrincipal>> users = new ConcurrentHashMap<>();
    private final Map<String, Optional<GroupPrincipal>> groups = new ConcurrentHashMap<>();

    private TargetOwners(boolean root, UserPrincipalLookupService lookup) {
        this.root = root;
        this.lookup = lookup;
    }

    /** Finds out who this process is by making a file, which also shows that it may. */
    static TargetOwners in(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".walarchive-", ".tmp");
        try {
            boolean root = FileStatus.of(probe).uid() == ROOT;
            return new TargetOwners(root, directory.getFileSystem().getUserPrincipalLookupService());
        } finally {
            Files.delete(probe);
        }
    }

    void apply(Path path, MemberAttributes attributes) throws IOException {
        if (!root) {
            return;
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Optional<UserPrincipal> user = users.get(attributes.user());
        if (user == null) {
            user = found(attributes.user(), lookup::lookupPrincipalByName);
            remember(users, attributes.user(), user);
        }
        Optional<GroupPrincipal> group = groups.get(attributes.group());
        if (group == null) {
            group = found(attributes.group(), lookup::lookupPrincipalByGroupName);
            remember(groups, attributes.group(), group);
        }
        if (user.isPresent()) {
            view.setOwner(user.get());
        } else {
            Files.setAttribute(path, "unix:uid", attributes.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        if (group.isPresent()) {
            view.setGroup(group.get());
        } else {
            Files.setAttribute(path, "unix:gid", attributes.gid(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static <T> void remember(Map<String, T> known, String name, T found) {
        if (known.size() < MOST_REMEMBERED) {
            known.put(name, found);
        }
    }

    private static <T> Optional<T> found(String name, Lookup<T> lookup) throws IOException {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(lookup.find(name));
        } catch (UserPrincipalNotFoundException e) {
            return Optional.empty();
        }
    }

    private interface Lookup<T> {
        T find(String name) throws IOException;
    }
}
