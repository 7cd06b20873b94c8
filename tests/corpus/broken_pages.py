"""Pages of our own writing, each with faults that turning paper into text makes."""

# Long lines, broken by blank lines where a column ended; two signed articles.
NEWSPAPER = """社区食堂让老人吃得舒心

本报记者 陈晓明

走进城南社区食堂，饭菜的香气扑面而来。每天上午十一点，附近的老人就三三两两地来到这里，点上两荤一素，坐在窗边慢慢吃。食堂负责人说，菜单每周换一次，都是请营养

师看过的。

从一张桌子到一百张桌子

刚开张的时候，食堂里只有一张桌子。“我们没想到会有这么多人来。”负责人笑着说，现在每天要准备三百多份饭菜，

周末还要再加五十份。

价格为什么能这么低

食堂的房子是街道免费提供的，水电费由社区承担。老人凭卡吃饭，一顿只要八元。

（作者单位：城南街道办事处）

把学习搬到车间旁边

夜校里的灯光

■ 李文华

晚上七点，工人夜校的灯亮了。电工班的学员们围着一张旧课桌，听老师讲怎样看懂一张电路图。有人白天刚刚下了早班，有人

从十公里外骑车赶来。

（作者系市职工学校教师）

■ 李文华
"""

# Wrapped at 29 characters, paragraphs known by their indents alone.
WRAPPED_CHINESE = """　　图书馆的早晨
　　　　——记一座小城的阅读

　　天还没有亮，河边的小城已经醒了。卖豆浆的老人推着车从桥
上走过，车轮压着石板，发出轻轻的响声。图书馆的门口已经站
了十几个人，他们都在等开门。
　　管理员陈师傅在这里工作了二十一年。他说，最早来的总是那
几位退休教师，他们要看当天的报纸。后来，学生多了起来，阅
览室从一间扩到了四间，藏书也从三万册增加到二十八万册。
　　一、从一间屋子开始
　　1998年，这里只有一间屋子。下雨的时候，屋顶漏水，大家就
把书搬到桌子底下。
"""

# Wrapped at 72 columns with hyphens; the last paragraph is broken by a page.
WRAPPED_ENGLISH = """The Lighthouse Keepers

On the northern coast there is a small station whose lamps were first
lit in 1871. The keepers, who lived there with their families, wrote a
weather report every six hours and sent it by wire to the harbour-
master in the capital. They were pro-
ud of never having missed one.

Dr. Helen Marsh found the log books in an attic. Some pages were dam-
aged by water, but most of the 3.5 million words could be read. She
wrote to the museum at once.

Their garden

The keepers grew potatoes, kale and, in good years, strawberries. In a
letter of 12 May 1902 one of them asked for "two more hens and a good

cock", which the supply boat brought in June.
"""

# What a program that reads PDF files gives for two narrow columns.
TWO_COLUMNS = """Rain on the Roof

Every spring the school
measures how much rain
falls on its roof. A tank
under the gutter fills in
about nine days, and the
pupils water the beds with

it until the summer holi-
days begin. Nobody has
counted the tomatoes, but
there were enough for the
whole street.
In winter the tank is left
empty, because ice would
break it.
"""

# The same in Chinese: the column ends in the middle of a sentence.
TWO_COLUMNS_CHINESE = """屋顶上的雨水

每年春天，学校都要测量屋顶上
的雨量。屋檐下的水箱大约九天
就能接满，学生们用这些水浇灌

菜园，一直浇到放暑假。没有人
数过西红柿有多少，但是足够整
条街的人吃。
冬天水箱是空的，因为结冰会把
它冻裂。
"""

FAULTLESS = """A short note.

This note has no faults at all. Each paragraph stands on one line, and a blank line follows it.

The second paragraph ends with a question, does it not?

The third one ends the note.
"""

TRADITIONAL = """港灣的燈塔

作者：林雅婷

燈塔建於一八七一年，守塔人每六個小時寫一次天氣報告，用電報送到首都的港務局。他們從來沒有漏

掉過一次。

二、守塔人的菜園

守塔人種馬鈴薯、甘藍，好年景的時候還有草莓。
"""
