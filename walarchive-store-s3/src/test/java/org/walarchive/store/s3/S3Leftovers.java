package org.walarchive.store.s3;

import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** Removes what tests left in a bucket. */
final class S3Leftovers {

    private S3Leftovers() {}

    /** Removes objects and unfinished uploads whose names begin with a prefix. */
    static void remove(S3Client client, String bucket, String prefix) {
        client.listMultipartUploadsPaginator(request -> request.bucket(bucket).prefix(prefix))
                .uploads()
                .forEach(upload -> client.abortMultipartUpload(
                        request -> request.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
        while (removeListed(client, bucket, prefix)) {
            // MinIO lists what lies below an object only when that is gone.
        }
    }

    private static boolean removeListed(S3Client client, String bucket, String prefix) {
        boolean removed = false;
        for (ListObjectsV2Response page :
                client.listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix))) {
            List<ObjectIdentifier> objects = page.contents().stream()
                    .map(object -> ObjectIdentifier.builder().key(object.key()).build())
                    .toList();
            if (!objects.isEmpty()) {
                client.deleteObjects(request -> request.bucket(bucket)
                        .delete(delete -> delete.objects(objects).quiet(true)));
                removed = true;
            }
        }
        return removed;
    }
}
