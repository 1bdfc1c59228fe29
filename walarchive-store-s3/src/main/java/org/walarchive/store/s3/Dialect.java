package org.walarchive.store.s3;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a service is believed to understand.
 *
 * @param extensions beyond what every service has
 */
record Dialect(Set<Extension> extensions) {

    /** All of today's S3. */
    static final Dialect FULL = new Dialect(EnumSet.allOf(Extension.class));

    Dialect {
        extensions = Set.copyOf(extensions);
    }

    /** Tells whether the service is believed to understand an extension. */
    boolean has(Extension extension) {
        return extensions.contains(extension);
    }

    /** Returns the dialect without some extensions. */
    Dialect without(Collection<Extension> refused) {
        Set<Extension> left = EnumSet.noneOf(Extension.class);
        left.addAll(extensions);
        left.removeAll(refused);
        return new Dialect(left);
    }
}
