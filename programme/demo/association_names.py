"""The words of which invented names of associations are made, in both scripts."""

from __future__ import annotations

from programme.demo.names import pairs

EMBLEMS = pairs("""
الأمل = Al Amal
الوفاء = Al Wafae
النجاح = Annajah
المستقبل = Al Moustakbal
التضامن = Attadamoun
الياسمين = Al Yasmine
الأطلس المتوسط = Moyen Atlas
النور = Annour
السلام = Assalam
الرحمة = Arrahma
الفتح = Al Fath
الانبعاث = Al Inbiat
الإشراق = Al Ichraq
أجيال الغد = Ajial Al Ghad
بسمة = Basma
الكرامة = Al Karama
تويزة = Touiza
تامونت = Tamount
آفاق = Afak
جسور = Joussour
مبادرات = Moubadarat
شجرة الزيتون = L'Olivier
الأرز = Le Cèdre
سبو = Sebou
ورغة = Ouergha
إيناون = Inaouen
زلاغ = Zalagh
بويبلان = Bouiblane
تيفاوين = Tifawine
أناروز = Anarouz
أزول = Azul
الأيادي البيضاء = Al Ayadi Al Baydae
الخير والإحسان = Al Khaïr wal Ihsane
المواطنة = Al Mouwatana
الحوار = Al Hiouar
الشروق = Achourouk
المشعل = Al Michaal
الربيع = Arrabie
الصفاء = Assafae
البركة = Al Baraka
الينبوع = Al Yanboue
الواحة = Al Waha
الرواد = Arrouad
النخبة = Annokhba
المنار = Al Manar
القلم = Al Qalam
الجوهرة = Al Jawhara
العهد الجديد = Al Ahd Al Jadid
الفرح = Al Farah
نجوم الحي = Noujoum Al Hay
اليد في اليد = Main dans la main
الزهور = Azzouhour
الأصالة = Al Assala
تازدوت = Tazdout
القنطرة = Al Qantara
السنابل = Assanabil
""")

PURPOSES: tuple[tuple[str, str, str], ...] = (
    ("للتنمية والتعاون", "pour le développement et la coopération", "التنمية المحلية"),
    ("للتنمية القروية", "pour le développement rural", "التنمية القروية"),
    ("للمرأة القروية", "pour la femme rurale", "تمكين النساء"),
    ("لدعم التمدرس", "pour l'appui à la scolarisation", "التربية والتمدرس"),
    ("للثقافة والفنون", "pour la culture et les arts", "الثقافة والفنون"),
    ("للبيئة والتنمية المستدامة", "pour l'environnement et le développement durable", "البيئة"),
    ("للرياضة والشباب", "pour le sport et la jeunesse", "الشباب والرياضة"),
    ("للأشخاص في وضعية إعاقة", "pour les personnes en situation de handicap", "الإعاقة"),
    ("لمساندة مرضى السكري", "d'appui aux diabétiques", "الصحة"),
    ("لحماية التراث", "pour la sauvegarde du patrimoine", "التراث"),
    ("للاقتصاد الاجتماعي والتضامني", "pour l'économie sociale et solidaire", "الاقتصاد التضامني"),
    ("لتدبير الماء الصالح للشرب", "pour la gestion de l'eau potable", "الماء"),
    ("لمحاربة الأمية", "de lutte contre l'analphabétisme", "محاربة الأمية"),
    ("للطفولة والتخييم", "pour l'enfance et les colonies de vacances", "الطفولة"),
    ("للمواطنة والديمقراطية التشاركية", "pour la citoyenneté et la participation", "المشاركة المواطنة"),
    ("للصناعة التقليدية", "pour l'artisanat", "الصناعة التقليدية"),
    ("للسياحة الجبلية", "pour le tourisme de montagne", "السياحة"),
    ("لرعاية المسنين", "pour les personnes âgées", "العمل الاجتماعي"),
    ("للرقمنة وتكوين الكفاءات", "pour le numérique et les compétences", "التحول الرقمي"),
    ("للسلامة الطرقية", "pour la sécurité routière", "السلامة الطرقية"),
    ("لمربي الماشية", "des éleveurs", "الفلاحة"),
    ("لأمهات وآباء التلاميذ", "des mères et pères d'élèves", "التربية والتمدرس"),
)
