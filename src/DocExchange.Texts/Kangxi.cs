namespace DocExchange.Texts;

/// <summary>
/// Some fonts give Kangxi radicals (U+2F00 to U+2FD5) where a character is meant that looks the same; nobody would find
/// that by typing. The characters are those that Unicode names as their equivalents.
/// </summary>
internal static class Kangxi
{
    private const char First = '\u2F00';

    private const string Characters =
        "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋"
        + "疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

    public static string Unify(string text) => text.AsSpan().IndexOfAnyInRange(First, (char)(First + Characters.Length - 1)) < 0
        ? text
        : string.Create(text.Length, text, (unified, original) =>
        {
            for (var index = 0; index < original.Length; index++)
            {
                var radical = original[index] - First;
                unified[index] = radical >= 0 && radical < Characters.Length ? Characters[radical] : original[index];
            }
        });
}
