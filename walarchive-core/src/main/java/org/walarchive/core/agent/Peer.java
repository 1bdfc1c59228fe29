package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a socket, by the word of the kernel. */
final class Peer {

    private final UserPrincipal owner;
    private final UserPrincipal root;

    /**
     * Makes a check.
     *
     * @param owner the user of this process
     */
    Peer(UserPrincipal owner) throws IOException {
        this.owner = owner;
        // A number that names no user is taken for a user's id.
        this.root = FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
    }

    /** Tells whether it is this user, or root. */
    boolean isTrusted(SocketChannel channel) throws IOException {
        UserPrincipal user =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return user.equals(owner) || user.equals(root);
    }
}
