package org.walarchive.store.swift;

/**
 * A domain of Keystone, in which names of users and projects are unique.
 *
 * @param value its id or its name
 * @param naming which of them
 */
record Domain(String value, Naming naming) {

    /** The domain that Keystone has from the beginning, and in which the names of API version 2 live. */
    static final Domain DEFAULT = new Domain("default", Naming.ID);

    /** What a value is. */
    enum Naming {
        ID,
        NAME
    }
}
