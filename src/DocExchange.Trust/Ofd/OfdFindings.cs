using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// What can be found of an OFD and its signatures. 内容被篡改 is said only where a digest proves it; what could not be
/// checked is never called altered.
/// </summary>
internal static class OfdFindings
{
    private const int MaxNamed = 20;

    public static readonly Finding RootMissing = Finding.Failed("OFD_ROOT_MISSING", SubIndication.FormatFailure, "压缩包中没有 OFD.xml，不是 OFD 文件。", "There is no OFD.xml in the ZIP file: it is no OFD.");

    public static readonly Finding NoSignature = Finding.Indeterminate(
        "OFD_NOT_SIGNED", SubIndication.SignedDataNotFound, "OFD 文件没有电子签章或数字签名，无从验证。", "The OFD carries no seal and no signature: there is nothing to verify.");

    public static readonly Finding NoReferences = Finding.Indeterminate(
        "OFD_NO_REFERENCES", SubIndication.SignedDataNotFound, "签名未列出任何受保护的文件。", "The signature lists no file that it protects.");

    public static readonly Finding NotAllChecked = Finding.Indeterminate(
        "OFD_NOT_ALL_CHECKED", SubIndication.SignedDataNotFound, "检验全部签名所需的数据量超过上限，未全部检验。", "The signatures take more work to check than is done for one file; not all was checked.");

    public static readonly Finding TimeNotStated = Finding.Remark("OFD_TIME_UNREADABLE", "签名描述文件中没有可读取的签名时间。", "The signature file states no time that can be read.");

    public static readonly Finding SealFileMissing = Finding.Remark(
        "OFD_SEAL_FILE_MISSING", "签名所指的印章文件不在包中，以签章数据内的印章为准。", "The seal file that the signature names is not in the package; the seal inside the signature counts.");

    public static readonly Finding SealFileEqual = Finding.Remark("OFD_SEAL_FILE", "印章文件与签章数据内的印章一致。", "The seal file is the seal inside the signature.");

    public static readonly Finding SignatureVerified = Finding.Remark(
        "OFD_SIGNATURE_VALUE", "签名值经签名证书的公钥验证无误。", "The signature value fits the public key of the signing certificate.");

    public static Finding ListMissing(string location) => Finding.Indeterminate(
        "OFD_LIST_MISSING", SubIndication.SignedDataNotFound, $"OFD.xml 所指的签名列表“{OfdNames.Shorten(location)}”不在包中。", $"OFD.xml names the list of signatures '{OfdNames.Shorten(location)}', which is not in the package.");

    public static Finding ListNotNamed(string path) => Finding.Indeterminate(
        "OFD_LIST_NOT_NAMED", SubIndication.SigConstraintsFailure, $"包中有签名列表“{path}”，但 OFD.xml 未指向它；签名可能被人为隐藏。", $"The package holds the list of signatures '{path}', which OFD.xml does not name: signatures may have been hidden.");

    public static Finding SignatureNotListed(string path) => Finding.Indeterminate(
        "OFD_SIGNATURE_NOT_LISTED", SubIndication.SigConstraintsFailure, $"包中有签名“{path}”，但签名列表未列出它；签名可能被人为隐藏。", $"The package holds the signature '{path}', which no list names: it may have been hidden.");

    public static Finding ListedTwice(string path) => Finding.Remark(
        "OFD_LISTED_TWICE", $"签名“{OfdNames.Shorten(path)}”在签名列表中列出多次，只验证一次。", $"The signature '{OfdNames.Shorten(path)}' is listed more than once; it was judged once.");

    public static Finding ValueShared(string path) => Finding.Indeterminate(
        "OFD_VALUE_SHARED", SubIndication.SigConstraintsFailure,
        $"签名值“{OfdNames.Shorten(path)}”已属于另一个签名；一个签名值只能签一个描述文件，未再验证。",
        $"The signature value '{OfdNames.Shorten(path)}' belongs to another signature already: a value signs one file, so it was not judged again.");

    public static Finding OtherFormat(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_OTHER_FORMAT", SubIndication.SigConstraintsFailure,
        $"压缩包中另有 Office、OpenDocument、EPUB 或 Java 程序包的目录文件，不受任何签名保护：{Named(names, "、")}。以其他软件打开可能看到未经签名的内容。",
        $"The ZIP file also holds what makes it an Office, OpenDocument or EPUB file or a Java archive, and no signature covers that: {Named(names, ", ")}. Opened with another program it may show content that nobody signed.");

    public static Finding SignatureMissing(OfdListedSignature signature) => Finding.Failed(
        "OFD_SIGNATURE_MISSING", SubIndication.FormatFailure, $"签名 {signature.Id} 的描述文件“{signature.Location}”不在包中。", $"The file '{signature.Location}' of the signature {signature.Id} is not in the package.");

    public static Finding SignedValueMissing(string location) => Finding.Failed(
        "OFD_SIGNED_VALUE_MISSING", SubIndication.FormatFailure, $"签名值文件“{OfdNames.Shorten(location)}”不在包中。", $"The signature value '{OfdNames.Shorten(location)}' is not in the package.");

    public static Finding SignedValueUnknown(string path) => Finding.Failed(
        "OFD_SIGNED_VALUE_FORMAT", SubIndication.FormatFailure, $"“{path}”既不是电子签章数据也不是 CMS 签名。", $"'{path}' is neither a seal signature nor a CMS signature.");

    public static Finding TypeDiffers(string stated, string found) => Finding.Remark(
        "OFD_TYPE_DIFFERS", $"签名列表称类型为 {OfdNames.Shorten(stated)}，签名值实为{found}。", $"The list calls the signature a {OfdNames.Shorten(stated)}; its value is another kind ({found}).");

    public static Finding PartsMatch(int count, string algorithm) => Finding.Remark(
        "OFD_PARTS_MATCH", $"受保护的 {count} 个文件与签名时一致（{algorithm}）。", $"The {count} protected files are those that were signed ({algorithm}).");

    public static Finding PartAltered(string path) => Finding.Failed(
        "OFD_PART_ALTERED", SubIndication.HashFailure, $"内容被篡改：“{OfdNames.Shorten(path)}”与签名时不一致。", $"The content was altered: '{OfdNames.Shorten(path)}' is not what was signed.");

    public static Finding PartMissing(string path) => Finding.Failed(
        "OFD_PART_MISSING", SubIndication.HashFailure, $"内容被篡改：签名所保护的“{OfdNames.Shorten(path)}”不在包中。", $"The content was altered: '{OfdNames.Shorten(path)}', which the signature protects, is not in the package.");

    public static Finding PartDamaged(string path, OfdFormatException fault) => Finding.Failed(
        "OFD_PART_ALTERED", SubIndication.HashFailure, $"内容被篡改或损坏：{fault.Chinese}它是签名所保护的（{OfdNames.Shorten(path)}）。", $"The content was altered or damaged: {fault.English} The signature protects it.");

    public static Finding PartUnreadable(string path, OfdFormatException fault) => Finding.Indeterminate(
        fault.Code, SubIndication.SignedDataNotFound, $"“{OfdNames.Shorten(path)}”未能检验：{fault.Chinese}", $"'{OfdNames.Shorten(path)}' could not be checked: {fault.English}");

    public static Finding DigestUnknown(string path, string? method) => Finding.Indeterminate(
        "OFD_DIGEST_UNKNOWN", SubIndication.CryptoConstraintsFailure, $"“{OfdNames.Shorten(path)}”的摘要（{OfdNames.Shorten(method ?? "未指明算法")}）无法识别，未作检验。", $"The digest of '{OfdNames.Shorten(path)}' ({OfdNames.Shorten(method ?? "no algorithm named")}) is not known; it was not checked.");

    public static Finding DigestWeak(string algorithm, DateTimeOffset end, bool claimsEarlier) => Finding.Indeterminate(
        "OFD_DIGEST_WEAK",
        claimsEarlier ? SubIndication.CryptoConstraintsFailureNoPoe : SubIndication.CryptoConstraintsFailure,
        $"文件摘要采用 {algorithm}，自 {end:yyyy-MM-dd} 起不再可信。",
        $"The files are protected by {algorithm}, which is no longer trusted since {end:yyyy-MM-dd}.");

    public static Finding DigestNotAllowed(string algorithm) => Finding.Indeterminate(
        "OFD_DIGEST_WEAK", SubIndication.CryptoConstraintsFailure, $"文件摘要采用 {algorithm}，验证策略不允许。", $"The files are protected by {algorithm}, which the policy does not allow.");

    public static Finding DigestOfOtherLength(string method, IReadOnlyList<string> paths) => Finding.Indeterminate(
        "OFD_DIGEST_METHOD_DIFFERS", SubIndication.CryptoConstraintsFailure,
        $"签名称摘要算法为 {OfdNames.Shorten(method)}，而 {paths.Count} 个文件的摘要不是其长度：{Named(paths, "、")}；已按摘要长度推定算法比对。",
        $"The signature names {OfdNames.Shorten(method)} as its digest, and the digests of {paths.Count} files are of another length: {Named(paths, ", ")}. They were compared by what their length suggests.");

    public static Finding DigestMethodUnknown(string method) => Finding.Remark(
        "OFD_DIGEST_METHOD", $"签名所称的摘要算法 {OfdNames.Shorten(method)} 无法识别，已按摘要长度推定。", $"The digest that the signature names ({OfdNames.Shorten(method)}) is not known; its length said which it is.");

    public static Finding ElementTwice(string path, IReadOnlyList<string> names) => Finding.Failed(
        "OFD_ELEMENT_TWICE", SubIndication.FormatFailure,
        $"“{OfdNames.Shorten(path)}”中应只出现一次的 {string.Join("、", names)} 出现多次，不同软件可能依据不同的一个；只检验了第一个。",
        $"In '{OfdNames.Shorten(path)}' {string.Join(", ", names)} stands more than once: other programs may go by another. Only the first was checked.");

    public static Finding SignatureFileAltered(string path) => Finding.Failed(
        "OFD_SIGNATURE_XML_ALTERED", SubIndication.HashFailure, $"内容被篡改：签名描述文件“{path}”与签名时不一致。", $"The content was altered: the signature file '{path}' is not what was signed.");

    public static Finding SealFileDiffers(string path) => Finding.Failed(
        "OFD_SEAL_FILE_DIFFERS", SubIndication.HashFailure, $"内容被篡改：印章文件“{path}”与签章数据内的印章不一致，印章图像可能被替换。", $"The content was altered: the seal file '{path}' is not the seal inside the signature; its picture may have been replaced.");

    public static Finding SealFileDiffersFromStart(string path) => Finding.Indeterminate(
        "OFD_SEAL_FILE_DIFFERS", SubIndication.SigConstraintsFailure, $"印章文件“{path}”与签章数据内的印章不一致，但自签章时未变。", $"The seal file '{path}' is not the seal inside the signature, and has not changed since the signature was made.");

    public static Finding ContentNotCovered(IReadOnlyList<string> paths) => Finding.Indeterminate(
        "OFD_CONTENT_NOT_COVERED", SubIndication.SigConstraintsFailure,
        $"文档有 {paths.Count} 个文件不受任何签名保护，可能是签名后加入或改动的：{Named(paths, "、")}。",
        $"{paths.Count} files that belong to the document are protected by no signature, they may have been added or altered afterwards: {Named(paths, ", ")}.");

    public static Finding ContentLeftToOthers(IReadOnlyList<string> paths) => Finding.Indeterminate(
        "OFD_CONTENT_LEFT_TO_OTHERS", SubIndication.SigConstraintsFailure,
        $"文档有 {paths.Count} 个文件不受此签名保护，只受其他签名保护，可能是此签名之后加入或改动的：{Named(paths, "、")}。不能认定此签名人签的就是现在所见的内容。",
        $"{paths.Count} files that belong to the document are not protected by this signature, only by others; they may have been added or altered after it: {Named(paths, ", ")}. It is not known that what is shown now is what this signer signed.");

    public static Finding PartsNotCovered(IReadOnlyList<string> paths) => Finding.Remark(
        "OFD_PARTS_NOT_COVERED",
        $"包中另有 {paths.Count} 个与文档无关的文件不受签名保护：{Named(paths, "、")}。",
        $"{paths.Count} further files, which the document does not use, are protected by no signature: {Named(paths, ", ")}.");

    public static Finding HiddenEntries(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_HIDDEN_ENTRY", SubIndication.SigConstraintsFailure,
        $"压缩包中有目录未列出的文件、PDF、网页或其他数据，或文件自身的名称、大小与目录不符，或名称迂回，或属性称其不是文件或不可读：{Named(names, "、")}。其他软件可能显示这些未经检验的内容。",
        $"The ZIP file holds files, a PDF, a web page or other data that its directory does not name, or names or sizes files otherwise or by a way about, or calls files something else or unreadable: {Named(names, ", ")}. Other programs may show this content, which was not judged.");

    public static Finding NameDiffers(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_NAME_DIFFERS", SubIndication.SigConstraintsFailure,
        $"有 {names.Count} 个受签名保护的文件在压缩包中的名称与引用不完全一致（大小写、空格、斜杠、编码或所在文件夹不同），其他软件可能找不到、因而不显示：{Named(names, "、")}。",
        $"{names.Count} signed files are not called in the ZIP file exactly what the references call them (letter case, blanks, slashes, encoding or folder); other programs may not find them and show the document without them: {Named(names, ", ")}.");

    public static Finding TwinNames(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_TWIN_NAMES", SubIndication.SigConstraintsFailure,
        $"压缩包中有些文件名在 Windows、macOS 等系统上是或可能是另一个文件的名字，解压后后者会替换前者：{Named(names, "、")}。",
        $"Some names in the ZIP file are the name of another file on Windows, macOS or other systems, or may be read as one, and the later file takes the place of the earlier there: {Named(names, ", ")}.");

    public static Finding LooseEntries(IReadOnlyList<string> names) => Finding.Remark(
        "OFD_LOOSE_ENTRY",
        $"压缩包中 {names.Count} 个文件自身的文件头不规范（缺大小、校验值不符或名称以“/”开头），内容以目录所载为准：{Named(names, "、")}。",
        $"{names.Count} files in the ZIP file are described carelessly where they lie (sizes missing, a wrong checksum, or a slash before the name); they were read as the directory says: {Named(names, ", ")}.");

    public static Finding ChecksumDiffers(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_CHECKSUM_DIFFERS", SubIndication.SigConstraintsFailure,
        $"有 {names.Count} 个受签名保护的文件与签名时一致，但压缩包所载的校验值（CRC-32）不符，其他软件可能拒绝读取、因而不显示：{Named(names, "、")}。内容未被篡改，文件的封装已损坏。",
        $"{names.Count} signed files are what was signed, but their checksums (CRC-32) in the ZIP file are wrong: other programs may refuse them and show the document without them: {Named(names, ", ")}. The content was not altered; what it is packed in is damaged.");

    public static Finding HeaderLacking(IReadOnlyList<string> names) => Finding.Indeterminate(
        "OFD_HEADER_LACKING", SubIndication.SigConstraintsFailure,
        $"有 {names.Count} 个受签名保护的文件与签名时一致，但压缩包中该文件自身的文件头与其他文件的不同（缺大小或名称以“/”开头），其他软件可能读不到、因而不显示：{Named(names, "、")}。内容未被篡改，文件的封装已改动。",
        $"{names.Count} signed files are what was signed, but unlike those of the others their own headers in the ZIP file lack the sizes or put a slash before the name: other programs may not read them and show the document without them: {Named(names, ", ")}. The content was not altered; what it is packed in was.");

    public static Finding External(IReadOnlyList<string> locations) => Finding.Indeterminate(
        "OFD_EXTERNAL", SubIndication.SigConstraintsFailure,
        $"文档引用了 {locations.Count} 个文件之外的资源，其内容不受签名保护，所显示的可能随时改变：{Named(locations, "、")}。",
        $"The document refers to {locations.Count} resources outside the file; no signature covers what they are, and what is shown of them may change at any time: {Named(locations, ", ")}.");

    public static Finding StrayBytes(long count) => Finding.Remark(
        "OFD_STRAY_BYTES", $"压缩包中另有 {count} 字节不属于任何文件。", $"{count} bytes of the ZIP file belong to no file in it.");

    private static string Named(IReadOnlyList<string> paths, string separator) =>
        string.Join(separator, paths.Take(MaxNamed).Select(path => OfdNames.Shorten(path))) + (paths.Count > MaxNamed ? " …" : "");
}
