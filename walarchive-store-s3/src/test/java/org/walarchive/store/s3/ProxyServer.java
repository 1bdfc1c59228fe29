package org.walarchive.store.s3;

import java.io.InputStream;
import java.net.URI;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** S3Proxy in this JVM, with its objects in memory. */
final class ProxyServer {

    static final String ACCESS_KEY = "test-access-key";
    static final String SECRET_KEY = "test-secret-key";

    private final org.gaul.s3proxy.blobstore.BlobStore blobs;
    private final S3Proxy server;

    private ProxyServer(org.gaul.s3proxy.blobstore.BlobStore blobs, S3Proxy server) {
        this.blobs = blobs;
        this.server = server;
    }

    static ProxyServer start() throws Exception {
        org.gaul.s3proxy.blobstore.BlobStore blobs =
                new MendedBlobStore(BlobStores.create("transient-nio2", new Properties()));
        S3Proxy server = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .build();
        server.start();
        return new ProxyServer(blobs, server);
    }

    int port() {
        return server.getPort();
    }

    /** Makes a bucket and returns its name. */
    String makeBucket() {
        String bucket = "bucket-" + UUID.randomUUID();
        blobs.createContainer(bucket);
        return bucket;
    }

    /** Returns how many multipart uploads are under way. */
    int uploads(String bucket) {
        return blobs.listMultipartUploads(bucket).size();
    }

    /** Returns a builder whose stores have small pages, and reach the server or whatever is before it. */
    static S3StoreProvider.Builder provider(int port) {
        return S3StoreProvider.builder()
                .endpoint("http+path://127.0.0.1:" + port)
                .accessKey(ACCESS_KEY, SECRET_KEY)
                .atomicIfAbsent()
                .set(SettingsReader.PAGE_SIZE, "5");
    }

    static BlobStore open(S3StoreProvider.Builder provider, String bucket) throws StoreException {
        return provider.build().open(StoreLocation.parse("s3://" + bucket + "/some/dir"), StoreSettings.none());
    }

    void stop() throws Exception {
        server.stop();
    }

    /**
     * Mends what S3Proxy lacks: it gives the new checksum with the old content when an object is replaced while it is opened,
     * fails when the directory of an object goes with another object while it is put, and answers 500, which may be tried again, to a key that would make a file a directory too.
     */
    private static final class MendedBlobStore extends ForwardingBlobStore {

        private final ReadWriteLock lock = new ReentrantReadWriteLock();

        MendedBlobStore(org.gaul.s3proxy.blobstore.BlobStore blobs) {
            super(blobs);
        }

        @Override
        public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
            String key = request.key();
            boolean belowBlob = IntStream.range(0, key.length())
                    .filter(i -> key.charAt(i) == '/')
                    .anyMatch(i -> blobExists(request.bucket(), key.substring(0, i)));
            boolean aboveBlob = !list(ListObjectsV2Request.builder()
                            .bucket(request.bucket())
                            .prefix(key + "/")
                            .build())
                    .contents()
                    .isEmpty();
            if (containerExists(request.bucket()) && (belowBlob || aboveBlob)) {
                throw S3Exception.builder()
                        .statusCode(400)
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ObjectParentIsFile")
                                .errorMessage("a file is in the way")
                                .build())
                        .build();
            }
            lock.writeLock().lock();
            try {
                return super.putBlob(request, content);
            } finally {
                lock.writeLock().unlock();
            }
        }

        @Override
        public CompleteMultipartUploadResponse completeMultipartUpload(
                MultipartUpload upload, CompleteMultipartUploadRequest request) {
            lock.writeLock().lock();
            try {
                return super.completeMultipartUpload(upload, request);
            } finally {
                lock.writeLock().unlock();
            }
        }

        @Override
        public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
            lock.writeLock().lock();
            try {
                return super.removeBlob(request);
            } finally {
                lock.writeLock().unlock();
            }
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
            lock.readLock().lock();
            try {
                return super.getBlob(request);
            } finally {
                lock.readLock().unlock();
            }
        }
    }
}
