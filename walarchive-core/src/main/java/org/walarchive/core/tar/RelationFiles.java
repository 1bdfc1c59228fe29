package org.walarchive.core.tar;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The relations in a database's directory whose content does not survive a crash and is not backed up: unlogged ones, of
 * which only the {@code init} fork is, and temporary ones. File names: PostgreSQL 18, {@code relpath.c}.
 */
final class RelationFiles {

    private static final Pattern RELATION = Pattern.compile("([0-9]+)(?:_(fsm|vm|init))?(?:\\.[0-9]+)?");
    private static final Pattern TEMPORARY = Pattern.compile("t[0-9]+_[0-9]+(?:_(?:fsm|vm|init))?(?:\\.[0-9]+)?");
    private static final String INIT_FORK = "_init";

    private final Set<String> unlogged = new HashSet<>();

    /** Takes the names in one directory. */
    RelationFiles(Collection<String> names) {
        for (String name : names) {
            if (name.endsWith(INIT_FORK)) {
                unlogged.add(name.substring(0, name.length() - INIT_FORK.length()));
            }
        }
    }

    boolean isLeftOut(String name) {
        if (TEMPORARY.matcher(name).matches()) {
            return true;
        }
        if (unlogged.isEmpty()) {
            return false;
        }
        Matcher relation = RELATION.matcher(name);
        return relation.matches() && unlogged.contains(relation.group(1)) && !"init".equals(relation.group(2));
    }
}
