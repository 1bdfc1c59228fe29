package org.walarchive.core.tar;

import java.util.Optional;
import org.walarchive.LocalFileException;

/** Gives members one after another. */
@FunctionalInterface
public interface MemberSource {

    /**
     * Returns the next member.
     *
     * @return the member, or empty when there is none left
     * @throws LocalFileException if the data directory cannot be read further
     */
    Optional<Member> next() throws LocalFileException;
}
