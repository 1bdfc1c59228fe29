package org.walarchive.core.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Makes sockets that lead to one Unix socket, whatever host they are told to connect to.
 *
 * <p>Public, with a public constructor of one text, because pgjdbc makes it by its class name (connection properties
 * {@code socketFactory} and {@code socketFactoryArg}).
 */
public final class UnixSocketFactory extends SocketFactory {

    private final Path path;

    /**
     * Makes a factory.
     *
     * @param path the socket file, such as {@code /var/run/postgresql/.s.PGSQL.5432}
     */
    public UnixSocketFactory(String path) {
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(path);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unsupported();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw unsupported();
    }

    private SocketException unsupported() {
        return new SocketException("only unconnected sockets are made for " + path);
    }
}
