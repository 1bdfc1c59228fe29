package org.walarchive.store.azure;

import com.azure.core.util.BinaryData;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.walarchive.store.support.PartBuffer;

/** Contents, as the SDK takes them. */
final class Contents {

    private Contents() {}

    /** Returns the bytes, not copied. */
    static BinaryData data(PartBuffer content) {
        return content.size() == 0
                ? BinaryData.fromBytes(new byte[0])
                : BinaryData.fromListByteBuffer(
                        content.chunks().stream().map(ByteBuffer::wrap).toList());
    }

    /** Returns the MD5. */
    static byte[] md5(PartBuffer content) {
        MessageDigest digest = Md5.digest();
        content.update(digest);
        return digest.digest();
    }
}
