using DocExchange.Core.Offices;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Offices;

internal static class SampleDirectory
{
    public static readonly DateTimeOffset Time = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly PartyId Government = PartyId.Office("bj", "gov");
    private static readonly PartyId GeneralOffice = PartyId.Office("bj", "bgs");
    private static readonly PartyId Node = PartyId.Node("bj", "n-1");
    private static readonly Period Always = new(DateTimeOffset.UnixEpoch);

    public static OfficeDirectory Small { get; } = new(
        "bj",
        3,
        Time,
        [
            new Office(Government, "北京市人民政府", "市政府") { CreditCode = "11110000000021X", AgencyCodes = ["京政发", "京政函"], Region = "北京", DutyTelephone = "010-1", HostedBy = Node },
            new Office(GeneralOffice, "北京市人民政府办公厅", "市政府办公厅") { Parent = Government, Groups = ["districts"] },
            new Office(PartyId.Office("bj", "dc"), "东城区人民政府", "东城区") { Groups = ["districts"], Seals = [new OfficeSeal("11010000012345", "东城区", Digest.Of("seal"u8), Always, true)] },
            new Office(PartyId.Office("bj", "xc"), "西城区人民政府", "西城区") { Groups = ["districts"] },
            new Office(PartyId.Office("bj", "old"), "老区人民政府", "老区") { Groups = ["districts"], Period = new(DateTimeOffset.UnixEpoch, Time.AddDays(-1)) },
        ],
        [new Machine(Node, "市政府节点", []), new Machine(PartyId.Hub("bj"), "中心", [])],
        [new OfficeGroup("districts", "各区")],
        [new ActsFor(GeneralOffice, Government, new Period(Time.AddYears(-1), Time.AddYears(1)))],
        []);
}
