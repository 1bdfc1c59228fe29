package org.walarchive.store.swift;

/** Which of a service's addresses in Keystone's catalog is used. */
enum EndpointType {
    PUBLIC,
    INTERNAL,
    ADMIN
}
