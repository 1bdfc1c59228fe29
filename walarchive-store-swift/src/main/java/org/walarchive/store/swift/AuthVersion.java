package org.walarchive.store.swift;

/** How a password becomes a token. */
enum AuthVersion {
    /** One request to Swift itself, as TempAuth and radosgw have it. */
    V1,
    /** Keystone's API of 2010, which its releases had until 2018. */
    V2,
    /** Keystone's API of today. */
    V3
}
