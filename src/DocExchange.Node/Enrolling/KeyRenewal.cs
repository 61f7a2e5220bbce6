using System.Globalization;
using DocExchange.Core.Operating;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;

namespace DocExchange.Node.Enrolling;

/// <summary>
/// The change from a node's keys to new ones. The new ones lie in <c>keys-next/</c> until they are all certified; then the
/// folders change places, and the old keys stay in <c>keys-before-N/</c>. A crash at any step is made up for by
/// <see cref="Finish"/>.
/// </summary>
internal static class KeyRenewal
{
    private const string Next = "keys-next";
    private const string Before = "keys-before-";
    private const string NodeFileName = "node.json";

    public static DataFolder NextOf(DataFolder folder) => new(folder.Root, Next);

    /// <exception cref="InvalidOperationException">Statements wait that the old keys signed; the hub would not take them any more.</exception>
    /// <exception cref="IOException">The node is running.</exception>
    public static void RequireNothingQueued(DataFolder folder)
    {
        using var records = new NodeRecords(folder);
        if (records.Queue.Count() is > 0 and var waiting)
        {
            throw new FailedException(
                "SETUP",
                $"还有 {waiting} 个凭证以旧密钥签名待发。请运行节点，直至 docex node status 显示没有待发，再重试。",
                $"{waiting} statements signed with the old keys wait to be sent. Run the node until 'docex node status' shows none, then try again.");
        }
    }

    /// <summary>Every new key is certified: they count from now on.</summary>
    public static void Complete(DataFolder folder, NodeFile node)
    {
        // The mark that the new folder is whole.
        node.Write(Path.Combine(NextOf(folder).Keys, NodeFileName));
        Finish(folder);
    }

    /// <summary>Takes up a change that was interrupted once the new keys were whole; does nothing otherwise.</summary>
    public static void Finish(DataFolder folder)
    {
        var next = NextOf(folder).Keys;
        if (File.Exists(Path.Combine(next, NodeFileName)))
        {
            if (Directory.Exists(folder.Keys))
            {
                Directory.Move(folder.Keys, FreeName(folder));
            }

            Directory.Move(next, folder.Keys);
        }

        var mark = Path.Combine(folder.Keys, NodeFileName);
        if (File.Exists(mark))
        {
            DurableFile.Write(folder.NodeFile, File.ReadAllBytes(mark));
            File.Delete(mark);
        }
    }

    private static string FreeName(DataFolder folder) => Enumerable.Range(1, int.MaxValue)
        .Select(number => Path.Combine(folder.Root, Before + number.ToString(CultureInfo.InvariantCulture)))
        .First(path => !Directory.Exists(path));
}
